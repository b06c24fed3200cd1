import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AccessKey } from "../../../local/iam/access-keys";
import type { Port } from "../../../local/ports/port";
import { ConnectionsApi } from "../../../local/websocket/connections-api";
import { WebSocketApi } from "../../../local/websocket/websocket-api";
import { FakeClock } from "../fake-clock";
import { allowed, definition, FakeFunctions, forbidden, present, signed, verifierOf } from "../gateway-fixtures";
import { ask, serving } from "../serving";
import { until } from "../until";
import { Client } from "../websocket-client";

const api = present(definition.webSocketApi);
/** The SDK signs with the time of this machine. */
let clock: FakeClock;
let functions: FakeFunctions;
let hints: string[];
let gateway: WebSocketApi;
let port: Port;
let clients: ApiGatewayManagementApiClient[];

beforeEach(async () => {
  [clock, functions, hints, clients] = [new FakeClock(Date.now()), new FakeFunctions(), [], []];
  const hint = (text: string) => hints.push(text);
  gateway = new WebSocketApi({ definition: api, invoke: functions.invoke, clock, log: () => undefined, hint });
  const connections = new ConnectionsApi({
    definition: api,
    connection: (id) => gateway.connection(id),
    verifier: verifierOf(clock),
    hint,
  });
  port = await serving({
    request: (request, response) => {
      expect(connections.serves(request.url ?? "")).toBe(true);
      return connections.handle(request, response);
    },
    upgrade: (request, socket, head) => gateway.connect(request, socket, head),
  });
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  const stopped = gateway.stop();
  clock.advance(500);
  await stopped;
  await port.stop();
});

const sdk = ({ accessKeyId, secretAccessKey, sessionToken = "" }: AccessKey) => {
  const client = new ApiGatewayManagementApiClient({
    endpoint: `http://localhost:${port.number}/development`,
    region: definition.place.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
};
const connected = async () => {
  const client = await Client.connect(`ws://127.0.0.1:${port.number}`, [], { "user-agent": "test/1" });
  const { connectionId } = Object(present(functions.events.at(-1)).event.requestContext);
  return { client, ConnectionId: String(connectionId) };
};

describe("the AWS SDK", () => {
  test("sends text and bytes to a connection", async () => {
    const { client, ConnectionId } = await connected();
    await sdk(allowed).send(new PostToConnectionCommand({ ConnectionId, Data: "grüße" }));
    await sdk(allowed).send(new PostToConnectionCommand({ ConnectionId, Data: new Uint8Array([255, 0]) }));
    expect([await client.message(0), await client.message(1)]).toEqual(["grüße", "binary ff00"]);
  });

  test("describes a connection", async () => {
    const { ConnectionId } = await connected();
    expect(await sdk(allowed).send(new GetConnectionCommand({ ConnectionId }))).toMatchObject({
      ConnectedAt: new Date(clock.now()),
      LastActiveAt: new Date(clock.now()),
      Identity: { SourceIp: "127.0.0.1", UserAgent: "test/1" },
    });
  });

  test("closes a connection", async () => {
    const { client, ConnectionId } = await connected();
    await sdk(allowed).send(new DeleteConnectionCommand({ ConnectionId }));
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    await until(() => functions.events.length === 2);
    expect(functions.events[1]?.event.requestContext).toMatchObject({
      eventType: "DISCONNECT",
      disconnectStatusCode: 1000,
      disconnectReason: "Connection Closed Normally",
    });
  });

  test("is told that a connection is gone", async () => {
    const { client, ConnectionId } = await connected();
    await client.close();
    await until(() => gateway.size === 0);
    await expect(sdk(allowed).send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toMatchObject({
      name: "GoneException",
      $metadata: { httpStatusCode: 410 },
    });
  });

  test("is told that an id is malformed", async () => {
    await expect(
      sdk(allowed).send(new PostToConnectionCommand({ ConnectionId: "nobody", Data: "x" })),
    ).rejects.toMatchObject({
      name: "BadRequestException",
      message: "Invalid connectionId: nobody",
    });
  });

  test("is told that a message is larger than 128 KB", async () => {
    const { client, ConnectionId } = await connected();
    await sdk(allowed).send(new PostToConnectionCommand({ ConnectionId, Data: "x".repeat(128 * 1024) }));
    expect(await client.message(0)).toHaveLength(128 * 1024);
    await expect(
      sdk(allowed).send(new PostToConnectionCommand({ ConnectionId, Data: "x".repeat(128 * 1024 + 1) })),
    ).rejects.toMatchObject({ name: "PayloadTooLargeException" });
  });

  test("is refused what the caller's policy does not allow, in AWS's words, and the developer is told", async () => {
    const { ConnectionId } = await connected();
    await expect(sdk(forbidden).send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
      message: expect.stringMatching(
        /^User: arn:aws:sts::000000000000:assumed-role\/forbidden\/forbidden is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:/,
      ),
    });
    expect(hints).toHaveLength(1);
  });

  test("is refused a wrong secret", async () => {
    const { ConnectionId } = await connected();
    await expect(
      sdk({ ...allowed, secretAccessKey: "guess" }).send(new PostToConnectionCommand({ ConnectionId, Data: "x" })),
    ).rejects.toMatchObject({
      name: "InvalidSignatureException",
      message: expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\./,
      ),
    });
    expect(hints).toEqual([expect.stringContaining("The signature does not match: another secret")]);
  });
});

test("a connection that is being closed is gone already", async () => {
  const { client, ConnectionId } = await connected();
  client.socket.pause(); // It does not answer the closing handshake.
  clock.advance(10 * 60_000);
  expect(gateway.size).toBe(1);
  const path = `/development/@connections/${encodeURIComponent(ConnectionId)}`;
  const headers = await signed(allowed, { method: "GET", path, port: port.number }, clock);
  expect((await ask(port, { path, headers })).status).toBe(410);
  client.socket.resume();
});

describe("a request", () => {
  const path = "/development/@connections/L0SM9cOFvHcCIhw%3D";

  test("without a signature is refused", async () => {
    expect(await ask(port, { method: "POST", path, body: "x" })).toMatchObject({
      status: 403,
      headers: { "x-amzn-errortype": "MissingAuthenticationTokenException" },
      body: '{"message":"Missing Authentication Token"}',
    });
  });

  test("with a method that there is not is refused", async () => {
    expect((await ask(port, { method: "PUT", path, body: "x" })).status).toBe(403);
  });

  test("for a connection that is gone gets an empty answer", async () => {
    const headers = await signed(allowed, { method: "POST", path, body: "x", port: port.number }, clock);
    expect(await ask(port, { method: "POST", path, body: "x", headers })).toMatchObject({
      status: 410,
      body: "",
      headers: { "x-amzn-errortype": "GoneException" },
    });
  });

  test("with an id that cannot be decoded is refused", async () => {
    const broken = "/development/@connections/%E0%A4%A";
    const headers = await signed(allowed, { method: "POST", path: broken, body: "x", port: port.number }, clock);
    expect((await ask(port, { method: "POST", path: broken, body: "x", headers })).status).toBe(400);
  });
});
