import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { WebSocketApiDefinition } from "../../../local/definition/model";
import type { Port } from "../../../local/ports/port";
import { WebSocketApi } from "../../../local/websocket/websocket-api";
import { FakeClock } from "../fake-clock";
import { definition, FakeFunctions, present } from "../gateway-fixtures";
import { serving } from "../serving";
import { until } from "../until";
import { Client } from "../websocket-client";

const api = present(definition.webSocketApi);
const ID = /^[A-Za-z0-9_-]{15}=$/;
let functions: FakeFunctions;
let clock: FakeClock;
let lines: Record<string, string>[];
let hints: string[];
let gateway: WebSocketApi;
let port: Port;

const serve = async (changed: Partial<WebSocketApiDefinition> = {}) => {
  gateway = new WebSocketApi({
    definition: { ...api, ...changed },
    invoke: functions.invoke,
    clock,
    log: (line) => lines.push(JSON.parse(line)),
    hint: (text) => hints.push(text),
  });
  port = await serving({
    request: () => undefined,
    upgrade: (request, socket, head) => gateway.connect(request, socket, head),
  });
};
const again = async (changed: Partial<WebSocketApiDefinition>) => {
  await stop();
  await serve(changed);
};
const url = (path = "/development") => `ws://127.0.0.1:${port.number}${path}`;
const contexts = (eventType: string) =>
  functions.events
    .map(({ event }) => present(event.requestContext))
    .filter((context) => typeof context === "object" && Reflect.get(Object(context), "eventType") === eventType);
/** The $disconnect events, once there is one. */
const ended = async () => {
  await until(() => contexts("DISCONNECT").length > 0);
  return contexts("DISCONNECT");
};
/** A test must not wait for the sockets' own time-out at the end. */
const stop = async () => {
  const stopped = gateway.stop();
  clock.advance(500);
  await stopped;
  await port.stop();
};

/** Sends a handshake with these header lines and returns the response, of a server that closes the connection. */
const handshake = (headers: string) => {
  const socket = connect(port.number, "127.0.0.1");
  socket.write(`GET /development HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${headers}\r\n`);
  return new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("end", () => resolve(text));
  });
};

beforeEach(async () => {
  [functions, clock, lines, hints] = [new FakeFunctions(), new FakeClock(), [], []];
  functions.answer("websocket-default", { statusCode: 200, body: "answered" });
  await serve();
});
afterEach(() => stop());

describe("a handshake", () => {
  test.each(["/development", "/development/", "/", "/?token=x", "/development?a=1"])(
    "connects at %s once $connect has answered",
    async (path) => {
      const client = await Client.connect(url(path));
      expect(functions.events).toMatchObject([
        { bundle: "websocket-connect", event: { requestContext: { eventType: "CONNECT", routeKey: "$connect" } } },
      ]);
      expect(gateway.size).toBe(1);
      await client.close();
    },
  );

  test("is no connection that anyone could send to until $connect has answered", async () => {
    const release = functions.hold("websocket-connect");
    const connecting = Client.connect(url());
    await until(() => functions.events.length > 0);
    const { connectionId } = Object(present(functions.events[0]).event.requestContext);
    expect(connectionId).toMatch(ID);
    expect(gateway.connection(connectionId)).toBeUndefined();
    release({ statusCode: 200 });
    await connecting;
    expect(gateway.connection(connectionId)).toBeDefined();
  });

  test.each([
    ["403 if $connect answers 403", { statusCode: 403 }, true, 403],
    ["401 if $connect answers 401", { statusCode: 401 }, true, 401],
    ["500 if $connect answers 500", { statusCode: 500 }, true, 500],
    ["502 if $connect fails", { errorType: "Error" }, false, 502],
    ["502 if $connect answers without a status", { ok: true }, true, 502],
    ["502 if $connect answers nothing", null, true, 502],
  ])("is refused with %s", async (_, result, ok, status) => {
    functions.answer("websocket-connect", result, ok);
    await expect(Client.connect(url())).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(gateway.size).toBe(0);
    expect(contexts("DISCONNECT")).toEqual([]);
  });

  test("is refused with 403 at any other path, and with 500 where API Gateway may not invoke the function", async () => {
    await expect(Client.connect(url("/production"))).rejects.toThrow("403");
    expect(functions.events).toEqual([]);
    await again({ routes: api.routes.map((route) => ({ ...route, permitted: () => false })) });
    await expect(Client.connect(url())).rejects.toThrow("500");
    expect(hints).toEqual([expect.stringContaining("does not permit this API to invoke it")]);
  });

  const key = "sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  test.each([
    ["without a key", ""],
    ["with a subprotocol that is no token", `${key}sec-websocket-protocol: a b\r\n`],
    ["with a subprotocol that is empty", `${key}sec-websocket-protocol: a,,b\r\n`],
    ["with a subprotocol twice", `${key}sec-websocket-protocol: a, b, a\r\n`],
  ])("%s is refused before $connect sees it", async (_, headers) => {
    expect(await handshake(headers)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(functions.events).toEqual([]);
  });

  test("that $connect fails is refused with the body of the gateway's default template", async () => {
    functions.answer("websocket-connect", { errorType: "Error" }, false);
    const answer = await handshake(key);
    expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(answer).toMatch(
      /\r\n\r\n\{"message": "Internal server error", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
    );
    const { connectionId, requestId } = Object(present(functions.events[0]).event.requestContext);
    expect(answer).toContain(`"connectionId":"${connectionId}", "requestId":"${requestId}"`);
  });

  test("gets the subprotocol that $connect chose, and none otherwise", async () => {
    functions.answer("websocket-connect", { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "app.v1" } });
    expect((await Client.connect(url(), ["app.v1", "token"])).socket.protocol).toBe("app.v1");
    functions.answer("websocket-connect", { statusCode: 200 });
    await expect(Client.connect(url(), ["app.v1"])).rejects.toThrow("Server sent no subprotocol");
  });

  test("needs no function where the definition has no such route", async () => {
    await again({ routes: api.routes.filter(({ key }) => key === "$default") });
    const client = await Client.connect(url());
    expect(await client.ask("hello")).toBe("answered");
    await client.close();
    expect(functions.events.map(({ bundle }) => bundle)).toEqual(["websocket-default"]);
  });
});

describe("a message", () => {
  test("goes to the function of its route, and its answer goes back where the route has a response", async () => {
    const client = await Client.connect(url());
    expect(await client.ask('{"action":"unknown"}')).toBe("answered");
    expect(functions.events.at(-1)).toMatchObject({
      bundle: "websocket-default",
      event: {
        body: '{"action":"unknown"}',
        isBase64Encoded: false,
        requestContext: { routeKey: "$default", eventType: "MESSAGE" },
      },
    });
  });

  test("is not answered where the route has no response, or the function no body", async () => {
    await again({ routes: api.routes.map((route) => ({ ...route, responds: false })) });
    const client = await Client.connect(url());
    client.socket.send("one");
    await until(() => contexts("MESSAGE").length > 0);
    functions.answer("websocket-default", { errorType: "Error" }, false);
    // Only the error of the second message comes: nothing was sent for the first.
    expect(JSON.parse(await client.ask("two"))).toMatchObject({ message: "Internal server error" });
    expect(client.messages).toHaveLength(1);
  });

  test("goes to the route that it names, and never to $connect or $disconnect", async () => {
    const join = { ...present(api.routes.find(({ key }) => key === "$default")), key: "join" };
    await again({ routes: [...api.routes, join] });
    const client = await Client.connect(url());
    for (const action of ["join", "$connect", "$disconnect", "$default"]) await client.ask(JSON.stringify({ action }));
    const keys = contexts("MESSAGE").map((context) => Reflect.get(Object(context), "routeKey"));
    expect(keys).toEqual(["join", "$default", "$default", "$default"]);
  });

  test("without a route is answered with Forbidden", async () => {
    await again({ routes: api.routes.filter(({ key }) => key !== "$default") });
    const client = await Client.connect(url());
    expect(JSON.parse(await client.ask("hello"))).toEqual({
      message: "Forbidden",
      connectionId: expect.stringMatching(ID),
      requestId: expect.stringMatching(ID),
    });
  });

  test.each([
    ["fails", { errorType: "Error" }, false],
    ["answers something malformed", "text", true],
  ])("whose function %s is answered with an error that says nothing but where to look", async (_, result, ok) => {
    functions.answer("websocket-default", result, ok);
    const client = await Client.connect(url());
    const { requestId, connectionId } = Object(contexts("CONNECT").at(0));
    const error = JSON.parse(await client.ask("hello"));
    expect(error).toEqual({ message: "Internal server error", connectionId, requestId: expect.stringMatching(ID) });
    expect(error.requestId).not.toBe(requestId);
  });

  test("that the gateway itself fails at is answered like that too, and the gateway goes on", async () => {
    const fails = () => {
      throw new Error("it broke");
    };
    await again({
      routes: api.routes.map((route) => (route.key === "$default" ? { ...route, permitted: fails } : route)),
    });
    const client = await Client.connect(url());
    for (const message of ["hello", "again"]) expect(await client.ask(message)).toContain("Internal server error");
    expect(hints).toEqual(["A message failed: it broke", "A message failed: it broke"]);
  });

  test("may be answered with bytes", async () => {
    functions.answer("websocket-default", { statusCode: 200, body: "/wA=", isBase64Encoded: true });
    const client = await Client.connect(url());
    expect(await client.ask("hello")).toBe("binary ff00");
  });

  test("in a binary frame closes the connection with 1003, and no function sees it", async () => {
    const client = await Client.connect(url());
    client.socket.send(Buffer.from([1, 2]));
    expect((await client.closed).code).toBe(1003);
    expect(contexts("MESSAGE")).toEqual([]);
    expect(await ended()).toMatchObject([{ disconnectStatusCode: 1003 }]);
  });

  test("is answered with 128 KB at most; a larger response is not sent, and the developer is told", async () => {
    const client = await Client.connect(url());
    functions.answer("websocket-default", { statusCode: 200, body: "x".repeat(128 * 1024 + 1) });
    client.socket.send("1");
    await until(() => contexts("MESSAGE").length > 0);
    functions.answer("websocket-default", { statusCode: 200, body: "x".repeat(128 * 1024) });
    expect(await client.ask("2")).toHaveLength(128 * 1024);
    expect(client.messages).toHaveLength(1);
    expect(hints).toEqual(["The response of $default is not sent: it is larger than 128 KB."]);
  });

  test("of more than 128 KB closes the connection with 1009", async () => {
    const client = await Client.connect(url());
    for (let part = 0; part < 6; part++) client.socket.send("x".repeat(30_000), { fin: part === 5 });
    expect((await client.closed).code).toBe(1009);
    expect(contexts("MESSAGE")).toEqual([]);
  });

  test("in a frame of more than 32 KB closes the connection with 1009; in smaller frames it may be larger", async () => {
    const client = await Client.connect(url());
    for (let part = 0; part < 4; part++) client.socket.send("x".repeat(32 * 1024), { fin: part === 3 });
    expect(await client.message(0)).toBe("answered");
    client.socket.send("x".repeat(32 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
    expect(contexts("MESSAGE")).toHaveLength(1);
    expect(await ended()).toMatchObject([{ disconnectStatusCode: 1009 }]);
  });

  test("beyond the stage's throttle is answered with Too Many Requests, and a handshake refused with 429", async () => {
    await again({ stage: { ...api.stage, limits: { rate: 1, burst: 2 }, routeLimits: {} } });
    const client = await Client.connect(url());
    expect(await client.ask("1")).toBe("answered");
    expect(JSON.parse(await client.ask("2"))).toMatchObject({ message: "Too Many Requests" });
    await expect(Client.connect(url())).rejects.toThrow("429");
    clock.advance(1000);
    expect(await client.ask("3")).toBe("answered");
  });
});

describe("the throttles of routes", () => {
  const limited = (routes: Record<string, { rate: number; burst: number }>) =>
    again({ stage: { ...api.stage, limits: { rate: 1, burst: 1 }, routeLimits: routes } });

  test("a flood of messages refuses its own messages and nobody's handshake, and the other way round", async () => {
    await limited({ $connect: { rate: 2, burst: 2 }, $default: { rate: 1, burst: 1 } });
    const client = await Client.connect(url());
    expect(await client.ask("1")).toBe("answered");
    for (const message of ["2", "3", "4"])
      expect(JSON.parse(await client.ask(message))).toMatchObject({ message: "Too Many Requests" });
    const other = await Client.connect(url());
    await expect(Client.connect(url())).rejects.toThrow("429");
    clock.advance(1000);
    expect(await other.ask("5")).toBe("answered");
    await Client.connect(url());
  });

  test("a route without one has the stage's", async () => {
    await limited({ $default: { rate: 0, burst: 0 } });
    const client = await Client.connect(url());
    await expect(Client.connect(url())).rejects.toThrow("429");
    expect(JSON.parse(await client.ask("1"))).toMatchObject({ message: "Too Many Requests" });
  });
});

describe("the end of a connection", () => {
  test.each<[string, (client: Client) => Promise<void> | void, object]>([
    [
      "the client's code and reason",
      (client) => client.close(4001, "bye"),
      { disconnectStatusCode: 4001, disconnectReason: "bye" },
    ],
    [
      "1005 without a code",
      (client) => client.close(),
      { disconnectStatusCode: 1005, disconnectReason: "Client-side close frame status not set" },
    ],
    [
      "1007 after text that is none",
      (client) => client.socket.send(Buffer.from([0xc3]), { binary: false }),
      { disconnectStatusCode: 1007 },
    ],
    [
      "1002 after a frame against the protocol",
      (client) => client.socket.send("a", { mask: false }),
      { disconnectStatusCode: 1002 },
    ],
    ["1006 without a farewell", (client) => client.socket.terminate(), { disconnectStatusCode: 1006 }],
  ])("is told to $disconnect, with %s", async (_, end, expected) => {
    const client = await Client.connect(url());
    await end(client);
    expect(await ended()).toMatchObject([{ ...expected, routeKey: "$disconnect" }]);
    expect(gateway.size).toBe(0);
  });

  test("comes after ten minutes in which nothing was sent or received", async () => {
    const client = await Client.connect(url());
    clock.advance(599_000);
    await client.ask("hello");
    clock.advance(599_000);
    expect(gateway.size).toBe(1);
    clock.advance(6_000);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(await ended()).toMatchObject([{ disconnectStatusCode: 1001, disconnectReason: "Going away" }]);
  });

  test("comes after two hours, however busy it was", async () => {
    const client = await Client.connect(url());
    for (let minutes = 0; minutes < 119; minutes += 7) {
      clock.advance(7 * 60_000);
      await client.ask("hello");
    }
    expect(gateway.size).toBe(1);
    clock.advance(60_000);
    expect((await client.closed).code).toBe(1001);
  });

  test("comes with 1001 when the gateway stops, which waits for $disconnect", async () => {
    const client = await Client.connect(url());
    const release = functions.hold("websocket-disconnect");
    let stopped = false;
    const stopping = gateway.stop().then(() => {
      stopped = true;
    });
    expect((await client.closed).code).toBe(1001);
    await ended();
    expect(stopped).toBe(false);
    release({ statusCode: 200 });
    await stopping;
  });

  test("during the handshake is told to $disconnect, so that nothing is left behind", async () => {
    const release = functions.hold("websocket-connect");
    const connecting = Client.connect(url());
    await until(() => functions.events.length > 0);
    const stopping = gateway.stop();
    release({ statusCode: 200 });
    await expect(connecting).rejects.toThrow();
    await ended();
    await stopping;
    expect(gateway.size).toBe(0);
  });
});

test("every event leaves a line in the access log, in the stage's format", async () => {
  const client = await Client.connect(url());
  await client.ask("hello");
  functions.answer("websocket-default", { errorType: "Error", errorMessage: "no" }, false);
  await client.ask("hello");
  await client.close();
  await until(() => lines.length >= 4);
  const connectionId = expect.stringMatching(ID);
  expect(lines).toMatchObject([
    { eventType: "CONNECT", routeKey: "$connect", status: "200", connectionId, sourceIp: "127.0.0.1" },
    { eventType: "MESSAGE", routeKey: "$default", status: "200", integrationError: "-" },
    { eventType: "MESSAGE", status: "500", integrationError: "Error: no" },
    { eventType: "DISCONNECT", routeKey: "$disconnect", status: "200" },
  ]);
});
