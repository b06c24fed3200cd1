import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { WebSocketServer } from "ws";
import { type Check, checkAddresses, failures, type Post } from "../../../commands/gate/checks";

interface Playing {
  readonly health?: number;
  readonly handshake?: number;
  readonly echoes?: boolean;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Starts an environment of one server, and checks it. */
async function check(playing: Playing, post?: Post): Promise<Check[]> {
  const { health = 200, handshake, echoes = true } = playing;
  const server = http.createServer((_, response) => response.writeHead(health).end('{"status":"healthy"}'));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (handshake !== undefined) return socket.end(`HTTP/1.1 ${handshake} No\r\nConnection: close\r\n\r\n`);
    return sockets.handleUpgrade(request, socket, head, (client) =>
      client.on("message", (data) => echoes && client.send(String(data))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tell: Post = async (_, json) => {
    for (const client of sockets.clients) client.send(json);
    return 200;
  };
  const addresses = {
    apiUrl: `http://${at}`,
    websocketUrl: `ws://${at}`,
    broadcastUrl: `http://${at}/broadcast/comments`,
    origin: "https://staging.example.com",
  };
  return checkAddresses(addresses, post ?? tell, new AbortController().signal);
}

const states = (checks: readonly Check[]) => checks.map(({ name, state }) => `${name}: ${state}`);

test("an environment that works passes every check", async () => {
  expect(states(await check({}))).toEqual([
    "health: passed",
    "connect: passed",
    "echo: passed",
    "comment: passed",
    "receive: passed",
  ]);
});

test("an API that does not answer with 200 fails, with what it said", async () => {
  expect(failures(await check({ health: 503 }))).toBe('health (GET /health answered 503: {"status":"healthy"})');
});

test("where a ticket is asked for, the handshake works as far as that, and what needs a connection is not run", async () => {
  expect(states(await check({ handshake: 401 }))).toEqual([
    "health: passed",
    "connect: not run",
    "echo: not run",
    "comment: not run",
    "receive: not run",
  ]);
});

test("a handshake that is refused for another reason fails", async () => {
  expect(failures(await check({ handshake: 502 }))).toBe("connect (the handshake was answered with 502)");
});

test("a caller who may not broadcast did not run that, and a broadcast that fails is a failure", async () => {
  expect(states(await check({}, async () => 403)).slice(3)).toEqual(["comment: not run", "receive: not run"]);
  expect(states(await check({}, async () => 500)).slice(3)).toEqual(["comment: failed", "receive: not run"]);
});
