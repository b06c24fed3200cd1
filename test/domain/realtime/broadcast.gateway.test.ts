import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { broadcast, type SendOutcome, WINDOW } from "../../../domain/realtime/broadcast";
import { gatewaySender } from "../../../domain/realtime/broadcast.gateway";
import { newConnection } from "../../../domain/realtime/connections";
import { connectionsClient } from "../../../runtime/connections-client";
import { awsVariables } from "../../support/doubles/dynamo";
import { type Behaviour, behaviours, type Gateway, startGateway } from "../../support/doubles/gateway";
import { recordingLog } from "../../support/doubles/log";
import { memoryConnectionStore } from "../../support/doubles/memory/connections";

/** The milliseconds that a send may take on the slowest machine. A gateway that hangs is given less. */
const TIMEOUT = 60_000;
const hangs = (name: string) => /never|stalls/.test(name);
const never = new AbortController().signal;
const data = Buffer.from('{"text":"日本 🎌"}');

let gateway: Gateway;
beforeAll(() => {
  Object.assign(process.env, awsVariables);
});
afterEach(() => gateway.stop());

async function senderTo(behaviourOf: (connectionId: string, attempt: number) => Behaviour, milliseconds = TIMEOUT) {
  gateway = await startGateway(behaviourOf);
  const log = recordingLog();
  return { log, sender: gatewaySender(connectionsClient(gateway.url, WINDOW, milliseconds), log) };
}

describe("gatewaySender", () => {
  test("posts the bytes, signed, to the connection's own path", async () => {
    const { sender } = await senderTo(() => behaviours.delivers);
    expect(await sender.send("L0SM9cOFvHcCIhw=", data, never)).toBe("delivered");
    expect(gateway.received).toEqual([
      {
        connectionId: "L0SM9cOFvHcCIhw=",
        text: '{"text":"日本 🎌"}',
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/ap-northeast-1\/execute-api\//),
      },
    ]);
  });

  const expected: Record<keyof typeof behaviours, SendOutcome> = {
    delivers: "delivered",
    "is gone": "gone",
    "is gone, without a body": "gone",
    "does not know such an id": "invalid",
    "does not know such an id, without a body": "invalid",
    forbids: "forbidden",
    "forbids, without a body": "forbidden",
    "is told that the message is too large": "refused",
    "is throttled": "throttled",
    "is throttled by the account's limit": "throttled",
    "fails with 500": "unavailable",
    "fails with 502": "unavailable",
    "fails with 503": "unavailable",
    "fails with 504": "unavailable",
    "never answers": "unavailable",
    "stalls in the middle of its answer": "unavailable",
    "cuts the connection": "unavailable",
    "cuts the connection in the middle of its answer": "unavailable",
  };

  test.each(Object.entries(behaviours))("makes one attempt at a gateway that %s", async (name, behaviour) => {
    const { sender } = await senderTo(() => behaviour, hangs(name) ? 100 : TIMEOUT);
    const outcome = await sender.send("a=", data, never);
    expect(Object.entries(expected)).toContainEqual([name, outcome]);
    expect(gateway.received).toHaveLength(1);
  });

  test("logs what it does not understand, without the message", async () => {
    const { log, sender } = await senderTo(() => behaviours["fails with 502"]);
    await sender.send("a=", data, never);
    expect(log.lines).toMatchObject([{ level: "debug", fields: { outcome: "unavailable", connection_id: "a=" } }]);
    expect(JSON.stringify(log.lines)).not.toContain("日本");
  });

  test("stops waiting when the signal aborts", async () => {
    const { sender } = await senderTo(() => behaviours["never answers"]);
    const time = new AbortController();
    const sending = sender.send("a=", data, time.signal);
    time.abort();
    expect(await sending).toBe("unavailable");
    expect(await sender.send("b=", data, time.signal)).toBe("unavailable");
  });
});

describe("broadcast through the gateway", () => {
  test("reaches everyone who can be reached through a gateway that does its worst", async () => {
    // Some are left out: the broadcast could only wait for them, or they would end it.
    const names = Object.keys(behaviours).filter((name) => !hangs(name) && !name.startsWith("forbids"));
    const lasting = (name = "") => /is gone|such an id|too large/.test(name);
    const { log, sender } = await senderTo((connectionId, attempt) => {
      const name = names[Number.parseInt(connectionId.slice(1), 10)];
      const behaviour = Object.entries(behaviours).find(([known]) => known === name)?.[1];
      return behaviour && (attempt === 1 || lasting(name)) ? behaviour : behaviours.delivers;
    });
    const connections = memoryConnectionStore();
    const now = Date.now();
    for (let n = 0; n < 600; n++) await connections.put(newConnection(`c${n}=`, now - 60_000));
    const services = { connections, sender, log, now: () => now, random: () => 0, sleep: async () => undefined };
    expect(await broadcast({ id: "m", type: "t", data: {} }, services, never)).toEqual({
      id: "m",
      attempted: 600,
      delivered: 595,
      gone: 4,
      throttled: 0,
      failed: 1,
      skipped: 0,
      truncated: false,
    });
    expect(gateway.most).toBeLessThanOrEqual(WINDOW);
  });
});
