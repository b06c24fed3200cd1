import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import type { Json } from "../../../local/shared/json";
import { at, type Database, openDatabase } from "./database";

let folder: string;
let program: string;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-killed-"));
  program = path.join(process.cwd(), "dist", `writer-${process.pid}.cjs`);
  await build({
    stdin: { contents: WRITER, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    platform: "node",
    packages: "external",
    outfile: program,
  });
});
afterAll(() => {
  fs.rmSync(program, { force: true });
  fs.rmSync(folder, { recursive: true });
});

/** Everything that an operation reads, page by page. */
async function readAll({ call }: Database, IndexName?: string): Promise<Json[]> {
  const found: Json[] = [];
  let start: Json | undefined;
  do {
    const page = await call("Scan", {
      TableName: "items",
      ...(IndexName !== undefined && { IndexName }),
      ...(start !== undefined && { ExclusiveStartKey: start }),
    });
    found.push(...(page.Items as readonly Json[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

/** The items as the stream's records build them up. */
async function replayed(database: Database): Promise<Map<string, Json>> {
  const items = new Map<string, Json>();
  const [stream] = database.engine.streams.all();
  if (!stream) throw new Error("There is no stream.");
  let after = 0;
  for (;;) {
    const entries = await database.engine.streams.read(stream, after, 1000);
    for (const { record, sequence } of entries) {
      const id = String(at(record.keys as never, "id", "S"));
      // Each record follows from the one before.
      expect(record.oldImage ?? null).toEqual(items.get(id) ?? null);
      if (record.newImage) items.set(id, record.newImage as never);
      else items.delete(id);
      after = sequence;
    }
    if (entries.length === 0) return items;
  }
}

test.each([1, 40, 150])(
  "a process that is killed after %i answers has lost none of them, and items, index and stream agree",
  async (answers) => {
    const data = path.join(folder, String(answers));
    const child = spawn(process.execPath, [program, data], { stdio: ["ignore", "pipe", "inherit"] });
    /** The generation of each item that was answered last. */
    const answered = new Map<string, number>();
    let lines = 0;
    for await (const line of createInterface(child.stdout)) {
      const [id = "", generation = ""] = line.split(" ");
      answered.set(id, Number(generation));
      if (++lines === answers) child.kill("SIGKILL");
    }
    expect(lines).toBeGreaterThanOrEqual(answers);

    const database = await openDatabase(data);
    const items = new Map((await readAll(database)).map((item) => [String(at(item, "id", "S")), item]));
    for (const [id, generation] of answered) {
      const found = items.get(id);
      // Every third generation deletes it; a write that was not answered may be there as well.
      if (found === undefined) expect([0, 2]).toContain(generation % 3);
      else expect(Number(at(found, "generation", "N"))).toBeGreaterThanOrEqual(generation);
    }
    const pairs = [...items.values()].filter((item) => String(at(item, "id", "S")).startsWith("pair"));
    expect(new Set(pairs.map((item) => at(item, "generation", "N"))).size).toBeLessThanOrEqual(1);
    const indexed = new Map((await readAll(database, "by_kind")).map((item) => [String(at(item, "id", "S")), item]));
    expect(indexed).toEqual(items);
    expect(await replayed(database)).toEqual(items);
    await database.close();
  },
);

/** Changes many items at once, by themselves and two in a transaction, and prints what was answered. */
const WRITER = `
  import { systemClock } from "./local/shared/clock";
  import { Engine } from "./local/dynamodb/engine";
  import { services } from "./local/dynamodb/operations/operations";
  async function main(folder: string) {
    const place = { account: "000000000000", region: "eu-central-1", partition: "aws", suffix: "amazonaws.com" };
    const engine = await Engine.open({ folder, place, clock: systemClock, sync: false, hint: console.error });
    const call = (name: string, input: object) => services[0].operations.get(name).answer(input, engine);
    await call("CreateTable", {
      TableName: "items",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: ["id", "kind"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      GlobalSecondaryIndexes: [
        { IndexName: "by_kind", KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    const item = (id: string, generation: number) => ({
      TableName: "items",
      Item: { id: { S: id }, kind: { S: "k" + (generation % 7) }, generation: { N: String(generation) }, text: { S: "x".repeat(5000) } },
    });
    const change = async (id: string) => {
      for (let generation = 1; ; generation++) {
        if (generation % 3) await call("PutItem", item(id, generation));
        else await call("DeleteItem", { TableName: "items", Key: { id: { S: id } } });
        process.stdout.write(id + " " + generation + "\\n");
      }
    };
    const pair = async () => {
      for (let generation = 1; ; generation++) {
        await call("TransactWriteItems", { TransactItems: ["pair1", "pair2"].map((id) => ({ Put: item(id, generation) })) });
      }
    };
    await Promise.all([pair(), ...Array.from({ length: 8 }, (_, id) => change("single" + id))]);
  }
  main(process.argv[2] ?? "");
`;
