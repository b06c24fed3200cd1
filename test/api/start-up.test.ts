import { spawnSync } from "node:child_process";
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
  DYNAMODB_WEBSOCKET_USERS_TABLE: "users",
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
    // What is left are timers of the SDK, which would keep the process for a second.
    process.stdout.write("\\n" + JSON.stringify(responses), () => process.exit());`,
    variables,
  );
  const [health, posts]: { statusCode: number; body: string }[] = JSON.parse(stdout.split("\n").at(-1) ?? "");
  expect(health?.statusCode).toBe(200);
  expect(posts?.statusCode).toBe(503);
  expect(posts?.body).not.toMatch(/127\.0\.0\.1|ECONN|dynamo/i);
});
