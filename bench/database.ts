/** The database as it is asked in truth: by HTTP, and in a thread of its own. */
import fs from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { DynamoDb } from "../local/dynamodb/dynamodb";
import { systemClock } from "../local/shared/clock";
import { type Listening, listen } from "../test/support/doubles/servers/http-server";

/** Starts the local cloud's database, with its data in a folder of its own. */
export async function startDatabase(): Promise<Listening> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-dynamodb-"));
  const place = { partition: "aws", suffix: "amazonaws.com", region: "ap-northeast-1", account: "000000000000" };
  const identity = { arn: "arn:aws:iam::000000000000:user/bench", userId: "AIDABENCH", policy: undefined };
  const database = await DynamoDb.start({
    ...{ folder, place, tables: [], clock: systemClock, authenticate: () => ({ identity }), hint: console.error },
    program: path.resolve("dist/local/database.cjs"),
  });
  const { url, stop } = await listen(createServer((request, response) => void database.handle(request, response)));
  return {
    url,
    async stop() {
      await stop();
      await database.stop();
      fs.rmSync(folder, { recursive: true });
    },
  };
}
