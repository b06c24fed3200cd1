import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { afterEach, expect, test } from "@jest/globals";
import { openPort, type Port } from "../../../local/ports/port";
import { ask } from "../serving";

let ports: Port[] = [];
afterEach(async () => {
  for (const port of ports) await port.stop();
  ports = [];
});
async function open(number = 0, failures: unknown[] = []) {
  const failed = (error: unknown) => failures.push(error);
  const port = await openPort({ number, variable: "TERRACE_API_PORT", refusal: () => undefined, failed });
  ports.push(port);
  return port;
}

test("a port that another program has is refused, with what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const number = typeof address === "object" && address ? address.port : 0;
  await expect(open(number)).rejects.toThrow(
    `Port ${number} is in use by another program: stop that one, or set TERRACE_API_PORT to another port.`,
  );
  other.close();
});

test("a request that the port's rule refuses is a 403 with the reason, before there is someone to answer", async () => {
  const refusal = ({ url }: IncomingMessage) => (url === "/refused" ? "Not here." : undefined);
  const settings = { number: 0, variable: "TERRACE_API_PORT", upgrades: true, failed: () => undefined };
  const port = await openPort({ ...settings, refusal });
  ports.push(port);
  const answer = { status: 403, body: '{"message":"Not here."}' };
  expect(await ask(port, { path: "/refused" })).toMatchObject(answer);
  const headers = ["connection", "upgrade", "upgrade", "websocket"];
  expect(await ask(port, { path: "/refused", headers })).toMatchObject(answer);
});

test("requests that come before there is someone to answer wait", async () => {
  const port = await open();
  const answer = ask(port);
  port.serve({ request: (_, response) => void response.end("late") });
  expect((await answer).body).toBe("late");
});

test("a request that cannot be answered is a 500 for the client and news for the developer", async () => {
  const failures: unknown[] = [];
  const port = await open(0, failures);
  port.serve({
    async request() {
      throw new Error("broken");
    },
  });
  expect(await ask(port)).toMatchObject({ status: 500, body: "" });
  expect(failures).toEqual([new Error("broken")]);
});

test("stopping lets a request that is under way finish", async () => {
  const port = await open();
  const held: { finish?: () => void } = {};
  const asked = new Promise<void>((resolve) => {
    port.serve({
      request: (_, response) => {
        held.finish = () => void response.end("done");
        resolve();
      },
    });
  });
  const answer = ask(port);
  await asked;
  const stopped = port.stop();
  held.finish?.();
  expect((await answer).body).toBe("done");
  await stopped;
  await expect(ask(port)).rejects.toThrow("ECONNREFUSED");
  ports = [];
});
