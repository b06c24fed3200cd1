import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { type Listening, serve } from "../support/doubles/servers/http-server";
import { root, stackFile } from "./addresses.mjs";
import { laptop, outputsOf, usersOf } from "./laptop";

/** Runs `npm run verify` with nothing in its environment but what is given. */
function verify(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: "true", HOME: os.tmpdir(), ...variables };
  return new Promise<{ readonly code: unknown; readonly text: string }>((resolve) => {
    const command = [path.join(root, "test/behaviour/verify.mjs"), ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, text: stdout + stderr }),
    );
  });
}

describe("npm run verify", () => {
  test.each([
    ["without an environment, runs nothing and says so", [], 3, "not run: no environment is named."],
    ["refuses an environment that there is not", ["stagin"], 2, 'refused: there is no environment "stagin"'],
    ["refuses production unless it is asked for", ["production"], 2, "refused: production is protected from deletion"],
    ["refuses options that it does not know", ["staging", "--fast"], 2, "refused: Unknown option '--fast'."],
    ["refuses two environments", ["staging", "development"], 2, "refused: one environment at a time"],
    [
      "refuses a file that holds no outputs",
      ["staging", "--outputs", "package.json"],
      2,
      "refused: --outputs package.json: The outputs of staging lack FunctionUrlEndpoint, WebSocketURL, BroadcastApiUrl.",
    ],
  ])("%s", async (_, args, code, text) => {
    expect(await verify(args)).toEqual({ code, text: expect.stringContaining(text) });
  });

  test("runs nothing if Terraform cannot be asked for the outputs, and says why", async () => {
    const { code, text } = await verify(["staging"], { TERRAFORM_BINARY_NAME: path.join(root, "no-terraform") });
    expect({ code, text }).toEqual({ code: 3, text: expect.stringMatching(/^not run: .*\n.*no-terraform ENOENT/m) });
  });
});

describe("on a second local cloud that plays staging, npm run verify", () => {
  let data: string;
  let cloud: LocalCloud;
  let outputs: string;
  /** Plays the part of Firebase Auth that makes and removes users. */
  let firebase: Listening;
  const users = { created: 0, removed: 0 };

  beforeAll(async () => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-staging-"));
    const ports = { api: 0, gateway: 0, dynamodb: 0 };
    cloud = await startLocalCloud({ definition: stackFile("staging"), dist: path.join(root, "dist"), data, ports });
    outputs = path.join(data, "outputs.json");
    const written = Object.entries(outputsOf(cloud)).map(([name, value]) => [name, { value, sensitive: false }]);
    fs.writeFileSync(outputs, JSON.stringify(Object.fromEntries(written)));
    firebase = await serve(async ({ path: called }, response) => {
      const isCreation = called.startsWith("/identitytoolkit.googleapis.com/v1/accounts:signUp?");
      users[isCreation ? "created" : "removed"]++;
      const { uid, idToken } = await usersOf(cloud).create();
      response.end(JSON.stringify(isCreation ? { localId: uid, idToken } : {}));
    });
  });
  afterAll(async () => {
    await firebase.stop();
    await cloud.stop();
    fs.rmSync(data, { recursive: true });
  });

  test("runs every behaviour, and leaves no user and no data behind", async () => {
    const { text, code } = await verify(["staging", "--outputs", outputs], {
      FIREBASE_API_KEY: "local",
      FIREBASE_AUTH_EMULATOR_HOST: new URL(firebase.url).host,
      AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: cloud.dynamodbUrl,
      AWS_ENDPOINT_URL_LAMBDA: cloud.dynamodbUrl,
    });
    expect(text).toMatch(/^staging: \d\d passed, 0 failed, 0 not run$/m);
    expect(code).toBe(0);
    expect(users).toEqual({ created: 2, removed: 2 });
    const { database, tables } = laptop(cloud, "staging");
    for (const name of ["posts", "comments", "favorites", "connections"]) {
      const { Items = [] } = await database.send(new ScanCommand({ TableName: tables[name] }));
      // Deletions leave tombstones, which DynamoDB removes.
      expect(Items.filter((row) => !("deleted_at" in row))).toEqual([]);
    }
    database.destroy();
  });
});
