import { expect, test } from "@jest/globals";
import { HttpApi } from "../../../stacks/constructs/http-api";
import { WebSocketApi } from "../../../stacks/constructs/websocket-api";
import { addEcho } from "../../support/echo";
import { environment, synthesizeConstruct } from "../../support/synth";

test.each([
  ["a WebSocket route", "websocket"],
  ["an HTTP route", "http"],
])("%s refuses a function that may take longer than API Gateway waits", (_, kind) => {
  const define = (timeoutSeconds: number) => () =>
    synthesizeConstruct((scope) => {
      const target = addEcho(scope, { timeoutSeconds });
      if (kind === "http") new HttpApi(scope, "http", { environment }).route("/x", target);
      else new WebSocketApi(scope, "websocket", { environment }).route("x", target);
    });
  expect(define(29)).not.toThrow();
  expect(define(30)).toThrow(
    "alone/echo may take 30 seconds, and API Gateway waits for 29: give a function behind a route the size environment.functions.",
  );
});
