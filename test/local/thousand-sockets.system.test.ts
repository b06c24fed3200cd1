import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import * as z from "zod";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { FILE } from "./definition/synthesized";
import { present } from "./gateway-fixtures";
import { Sha256 } from "./sha256";
import { until } from "./until";
import { Client } from "./websocket-client";

const SOCKETS = 1_000;
/** The handshakes under way at once. */
const AT_ONCE = 20;
const MESSAGES = ["one", "two", "three"];

let data: string;
let cloud: LocalCloud;
let clients: Client[];
beforeAll(async () => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-sockets-"));
  cloud = await startLocalCloud({
    definition: FILE,
    dist: path.resolve(__dirname, "../../dist"),
    data,
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    throttling: false,
  });
  clients = [];
  const connect = async () => {
    for (let number = opened++; number < SOCKETS; number = opened++)
      clients.push(await Client.connect(present(cloud.websocketUrl)));
  };
  let opened = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, connect));
});
afterAll(async () => {
  await cloud.stop();
  fs.rmSync(data, { recursive: true });
});

/** Posts to the broadcast route with the developer's key. */
async function broadcast(message: object) {
  const url = new URL(present(cloud.broadcastUrl));
  const { region } = cloud.definition.place;
  const signer = new SignatureV4({ service: "execute-api", credentials: cloud.credentials, region, sha256: Sha256 });
  const { protocol, hostname, host, pathname, href } = url;
  const body = JSON.stringify(message);
  const headers = { host, "content-type": "application/json" };
  const signed = await signer.sign({ method: "POST", protocol, hostname, path: pathname, headers, body });
  const response = await fetch(href, { method: "POST", headers: signed.headers, body });
  return {
    status: response.status,
    answer: z.looseObject({ segments: z.optional(z.number()) }).parse(await response.json()),
  };
}

test("1,000 sockets get every message, through the queue and its workers, and know what they got twice", async () => {
  expect(clients).toHaveLength(SOCKETS);
  for (const id of MESSAGES) {
    const { status, answer } = await broadcast({ id, type: "test", data: { message: id } });
    // One function sends to as many as the environment lets it; workers send to the others.
    expect({ status, answer }).toMatchObject({ status: 202, answer: { id } });
    expect(answer.segments).toBeGreaterThan(0);
  }
  const idsOf = ({ messages }: Client) => new Set(messages.map((message) => JSON.parse(message).id));
  const hasAll = (client: Client) => idsOf(client).size === MESSAGES.length;
  await until(() => clients.every((client) => client.messages.length >= MESSAGES.length && hasAll(client)));
  for (const client of clients) {
    expect([...idsOf(client)].sort()).toEqual([...MESSAGES].sort());
    for (const message of client.messages) {
      const { id } = JSON.parse(message);
      expect(JSON.parse(message)).toEqual({ id, type: "test", data: { message: id } });
    }
  }
});
