import { expect, test } from "@jest/globals";
import { asDotEnv, asTypeScript } from "../../../commands/outputs/formats";

const outputs = {
  FunctionUrlEndpoint: "https://a.lambda-url.on.aws/",
  WebSocketURL: "wss://b/staging",
  ECRRepositoryURI: 'c"d',
};

test("outputs are lines of a .env file, quoted", () => {
  expect(asDotEnv(outputs)).toEqual([
    'FUNCTION_URL_ENDPOINT="https://a.lambda-url.on.aws/"',
    'WEBSOCKET_URL="wss://b/staging"',
    'ECR_REPOSITORY_URI="c\\"d"',
  ]);
});

test("outputs are constants of a TypeScript file, each of its own type", () => {
  expect(
    asTypeScript("staging", outputs),
  ).toBe(`// The addresses of staging. Written by \`terrace outputs staging --types\`: do not edit.
export const environment = {
  name: "staging",
  functionUrlEndpoint: "https://a.lambda-url.on.aws/",
  websocketUrl: "wss://b/staging",
  ecrRepositoryUri: "c\\"d",
} as const;

export type Environment = typeof environment;
`);
});
