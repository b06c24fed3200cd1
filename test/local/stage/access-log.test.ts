import { expect, test } from "@jest/globals";
import { compileAccessLog } from "../../../local/stage/access-log";

test("puts the values of a request into the format", () => {
  const format = compileAccessLog('{"id":"$context.requestId","status":"$context.status"}', "http", "here");
  expect(format({ requestId: "abc=", status: 200 })).toBe('{"id":"abc=","status":"200"}');
});

test("writes a dash for what a request has no value of", () => {
  const format = compileAccessLog("$context.requestId $context.integration.error.", "websocket", "here");
  expect(format({ requestId: "abc=" })).toBe("abc= -.");
});

test("lets no value of a client end the string or the line it is in", () => {
  const format = compileAccessLog('{"agent":"$context.identity.userAgent"}', "http", "here");
  const agent = 'a"b\\c\nd\u0000';
  expect(JSON.parse(format({ "identity.userAgent": agent }))).toEqual({ agent });
});

test("keeps a format without variables as it is", () => {
  expect(compileAccessLog("no $variables", "http", "here")({})).toBe("no $variables");
});

test("refuses a variable that it has no values for", () => {
  expect(() => compileAccessLog("$context.authorizer.claims.sub", "http", "aws_apigatewayv2_stage.http")).toThrow(
    "aws_apigatewayv2_stage.http: format: $context.authorizer.claims.sub is not emulated.",
  );
  expect(() => compileAccessLog("$context.connectionId", "http", "here")).toThrow("is not emulated");
});
