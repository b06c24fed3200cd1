import { expect, test } from "@jest/globals";
import { addressesIn, readStack } from "./addresses.mjs";

const outputs = {
  FunctionUrlEndpoint: "https://a.lambda-url.ap-northeast-1.on.aws/",
  WebSocketURL: "wss://b.execute-api.ap-northeast-1.amazonaws.com/staging",
  BroadcastApiUrl: "https://c.execute-api.ap-northeast-1.amazonaws.com/staging/broadcast/comments",
};
const addresses = {
  apiUrl: "https://a.lambda-url.ap-northeast-1.on.aws",
  websocketUrl: outputs.WebSocketURL,
  broadcastUrl: outputs.BroadcastApiUrl,
};

test("addresses are read as Terraform and as CDKTF write them", () => {
  const terraform = Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, { value, type: "string" }]),
  );
  expect(addressesIn(terraform, "staging")).toEqual(addresses);
  expect(addressesIn({ staging: outputs }, "staging")).toEqual(addresses);
});

test.each([[null], [[]], ["text"], [{ production: outputs }], [{ ...outputs, WebSocketURL: "" }]])(
  "outputs of nothing, of another environment or without an address are refused by name: %j",
  (json) => {
    expect(() => addressesIn(json, "staging")).toThrow(/^The outputs of staging lack .*WebSocketURL/);
  },
);

test("a stack says where it is, how its tables are called, and whether it is protected", () => {
  expect(readStack("staging")).toMatchObject({
    environment: "staging",
    region: "ap-northeast-1",
    origin: "https://staging.example.com",
    tables: { posts: "blogapp-staging-posts", connections: "blogapp-staging-websocket-connections" },
    deliveryThreshold: 2_000,
    isProtected: false,
  });
  expect(readStack("production").isProtected).toBe(true);
});
