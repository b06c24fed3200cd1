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
  DYNAMODB_CONNECTIONS_TABLE: "connections",
  DYNAMODB_TICKETS_TABLE: "tickets",
  APP_SERVERLESS_WEBSOCKET_ENDPOINT: "https://http.example/development/broadcast/comments",
  WEBSOCKET_URL: "wss://ws.example/development",
  FIREBASE_PROJECT_ID: "blogapp-development",
  SIGNING_KEY_ID: "arn:aws:kms:ap-northeast-1:000000000000:key/signing",
  API_DOCS: "on",
  AWS_REGION: "ap-northeast-1",
};

/** Runs a program in which `handler` is that of the bundle, in a process of its own as Lambda does. */
function run(bundle: string, program: string, environment: Readonly<Record<string, string>>) {
  const file = JSON.stringify(path.join(bundle, "index.mjs"));
  const source = `const { handler } = await import(${file});\n${program}`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", source], { env: environment, encoding: "utf8" });
}

test("the built API refuses to start with the Firebase emulator's variable", () => {
  const { status, stderr } = run(built, "", { ...variables, FIREBASE_AUTH_EMULATOR_HOST: "localhost:9099" });
  expect(status).not.toBe(0);
  expect(stderr).toContain("FIREBASE_AUTH_EMULATOR_HOST is set");
});

test("the built API refuses to start without its variables, and names all of them", () => {
  const { SIGNING_KEY_ID: _, WEBSOCKET_URL: __, ...others } = variables;
  const { status, stderr } = run(built, "", others);
  expect(status).not.toBe(0);
  expect(stderr).toContain("WEBSOCKET_URL is missing");
  expect(stderr).toContain("SIGNING_KEY_ID is missing");
});

test("the built API starts where no other service can be reached, answers health checks and says nothing internal", () => {
  const [health, posts] = [urlEvent("GET", "/health"), urlEvent("GET", "/api/v1/posts")].map((e) => JSON.stringify(e));
  const program = `process.stdout.write("\\n" + JSON.stringify([await handler(${health}), await handler(${posts})]));`;
  const unreachable = {
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  const { stdout } = run(built, program, { ...variables, ...unreachable });
  const [well, broken]: { statusCode: number; body: string }[] = JSON.parse(stdout.split("\n").at(-1) ?? "");
  expect(well?.statusCode).toBe(200);
  expect(broken?.statusCode).toBe(503);
  expect(broken?.body).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|dynamo/i);
});
