import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { urlEvent } from "../support/doubles/events";

const built = path.join(__dirname, "../../dist/api");

const variables = {
  APP_ENVIRONMENT: "development",
  LOG_LEVEL: "ERROR",
  APP_DYNAMODB_TABLE_POSTS: "posts",
  APP_DYNAMODB_TABLE_COMMENTS: "comments",
  APP_DYNAMODB_TABLE_FAVORITES: "favorites",
  DYNAMODB_CONNECTION_TALLY_TABLE: "tally",
  DYNAMODB_TICKETS_TABLE: "tickets",
  APP_SERVERLESS_WEBSOCKET_ENDPOINT: "https://http.example/development/broadcast/comments",
  WEBSOCKET_URL: "wss://ws.example/development",
  FIREBASE_PROJECT_ID: "blogapp-development",
  SIGNING_KEY_ID: "arn:aws:kms:ap-northeast-1:000000000000:key/signing",
  API_DOCS: "on",
  AWS_REGION: "ap-northeast-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  // Nothing listens there: AWS is out of reach.
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
};

/** Runs a program in a process of its own, as Lambda does. It may import the bundle's `handler` by `load()`. */
function run(program: string, environment: Readonly<Record<string, string>>) {
  const file = JSON.stringify(path.join(built, "index.mjs"));
  const source = `const load = () => import(${file});\n${program}`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", source], { env: environment, encoding: "utf8" });
}

test("the built API refuses to start with the Firebase emulator's variable", () => {
  const { status, stderr } = run("await load()", { ...variables, FIREBASE_AUTH_EMULATOR_HOST: "localhost:9099" });
  expect(status).not.toBe(0);
  expect(stderr).toContain("FIREBASE_AUTH_EMULATOR_HOST is set");
});

test("the built API refuses to start without its variables, and names all of them", () => {
  const { SIGNING_KEY_ID: _, WEBSOCKET_URL: __, ...others } = variables;
  const { status, stderr } = run("await load()", others);
  expect(status).not.toBe(0);
  expect(stderr).toContain("WEBSOCKET_URL is missing");
  expect(stderr).toContain("SIGNING_KEY_ID is missing");
});

test("the built API starts and answers health checks while AWS is out of reach, and the rest says nothing internal", () => {
  const events = [urlEvent("GET", "/health"), urlEvent("GET", "/api/v1/posts")];
  const { stdout } = run(
    `const { handler } = await load();
    const responses = [];
    for (const event of ${JSON.stringify(events)}) responses.push(await handler(event));
    process.stdout.write("\\n" + JSON.stringify(responses));`,
    variables,
  );
  const [health, posts]: { statusCode: number; body: string }[] = JSON.parse(stdout.split("\n").at(-1) ?? "");
  expect(health?.statusCode).toBe(200);
  expect(posts?.statusCode).toBe(503);
  expect(posts?.body).not.toMatch(/127\.0\.0\.1|ECONN|dynamo/i);
});

test("the built API loads in INIT what a signed-in request needs, and not the page of its documentation", () => {
  const { outputs }: Metafile = JSON.parse(fs.readFileSync(path.join(built, "../meta/api.json"), "utf8"));
  const loaded = new Set(["dist/api/index.mjs"]);
  for (const output of loaded)
    for (const { kind, path: imported, external } of outputs[output]?.imports ?? [])
      if (kind === "import-statement" && !external) loaded.add(imported);
  const packages = new Set(
    [...loaded]
      .flatMap((output) => Object.keys(outputs[output]?.inputs ?? {}))
      .map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]),
  );
  for (const needed of [
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/client-kms",
    "@smithy/signature-v4",
    "firebase-admin",
    "h3",
  ])
    expect(packages).toContain(needed);
  expect(packages).not.toContain("swagger-ui-dist");
});

interface Metafile {
  readonly outputs: Record<
    string,
    {
      readonly inputs: Record<string, unknown>;
      readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
    }
  >;
}
