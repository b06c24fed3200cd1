import { setMaxListeners } from "node:events";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { deliver } from "../../../domain/delivery/delivery";
import type { Sender, SendOutcome } from "../../../domain/delivery/sender";
import { gatewaySender } from "../../../domain/delivery/sender.gateway";
import { sleep } from "../../../domain/delivery/sleep";
import { MOST } from "../../../domain/delivery/window";
import { answersWithin } from "../../../runtime/aws-clients";
import type { Log } from "../../../runtime/log";
import { postToConnection } from "../../../runtime/post-to-connection";
import { deliverer, many, message } from "../../support/doubles/deliverer";
import { awsVariables } from "../../support/doubles/dynamo";
import { type Behaviour, behaviours, type Gateway, startGateway } from "../../support/doubles/gateway";
import { recordingLog } from "../../support/doubles/log";
import { plainSender } from "../../support/plain-sender";

/** The milliseconds that a send may take on the slowest machine. A gateway that hangs is given less. */
const TIMEOUT = 60_000;
const hangs = (name: string) => /never|stalls/.test(name);
const hanging = Object.entries(behaviours).filter(([name]) => hangs(name));
const answering = Object.entries(behaviours).filter(([name]) => !hangs(name));
const never = new AbortController().signal;
// The SDK's client listens anew for each send.
setMaxListeners(0, never);
const data = Buffer.from('{"text":"日本 🎌"}');

/** Makes a sender of one attempt, which may take that many milliseconds. */
type MakeSender = (endpoint: string, milliseconds: number, log: Log) => Sender;

const ours: MakeSender = (endpoint, milliseconds, log) => gatewaySender(postToConnection(endpoint, milliseconds), log);

const plain: MakeSender = (endpoint, milliseconds, log) =>
  plainSender(
    new ApiGatewayManagementApiClient({
      endpoint,
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 1_000, ...answersWithin(milliseconds) },
    }),
    log,
  );

let gateway: Gateway;
beforeAll(() => {
  Object.assign(process.env, awsVariables);
});
beforeEach(async () => {
  behaviourOf = () => behaviours.delivers;
  gateway = await startGateway((connectionId, attempt) => behaviourOf(connectionId, attempt));
});
afterEach(() => gateway.stop());

async function withGateway(
  behaviourOf: (connectionId: string, attempt: number) => Behaviour,
  use: (own: Gateway) => Promise<void>,
): Promise<void> {
  const own = await startGateway(behaviourOf);
  try {
    await use(own);
  } finally {
    await own.stop();
  }
}

let behaviourOf: (connectionId: string, attempt: number) => Behaviour;

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
  "is throttled, without a body": "throttled",
  "is throttled by the account's limit": "throttled",
  "redirects to another place": "unavailable",
  "fails with 500": "unavailable",
  "fails with 502": "unavailable",
  "fails with 503": "unavailable",
  "fails with 504": "unavailable",
  "never answers": "unavailable",
  "stalls in the middle of its answer": "unavailable",
  "cuts the connection": "unavailable",
  "cuts the connection in the middle of its answer": "unavailable",
  "answers what is no HTTP": "unavailable",
};

describe.each([
  ["the sender of the functions", ours],
  ["the sender that the SDK's client makes", plain],
])("%s", (_, make) => {
  const senderWithin = (milliseconds = TIMEOUT) => {
    const log = recordingLog();
    return { log, sender: make(gateway.url, milliseconds, log) };
  };

  test("posts the bytes, signed, to the connection's own path", async () => {
    const { sender } = senderWithin();
    expect(await sender.send("L0SM9cOFvHcCIhw=", data, never)).toBe("delivered");
    expect(gateway.received).toEqual([
      {
        connectionId: "L0SM9cOFvHcCIhw=",
        text: '{"text":"日本 🎌"}',
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/ap-northeast-1\/execute-api\//),
      },
    ]);
  });

  const once = async (at: Gateway, name: string, milliseconds: number) => {
    const outcome = await make(at.url, milliseconds, recordingLog()).send("a=", data, never);
    expect(Object.entries(expected)).toContainEqual([name, outcome]);
    expect(at.received).toHaveLength(1);
  };
  const again = async (at: Gateway, milliseconds: number) => {
    const sender = make(at.url, milliseconds, recordingLog());
    await sender.send("a=", data, never);
    expect(await sender.send("a=", data, never)).toBe("delivered");
    expect(at.received).toHaveLength(2);
  };

  test.each(answering)("makes one attempt at a gateway that %s", async (name, behaviour) => {
    behaviourOf = () => behaviour;
    await once(gateway, name, TIMEOUT);
  });

  test.each(answering)("delivers the next message after a gateway that %s", async (_, behaviour) => {
    behaviourOf = (_, attempt) => (attempt === 1 ? behaviour : behaviours.delivers);
    await again(gateway, TIMEOUT);
  });

  // Those wait until their time is up, at once and beside the others: each has a gateway of its own.
  test.concurrent.each(hanging)("makes one attempt at a gateway that %s", (name, behaviour) =>
    withGateway(
      () => behaviour,
      (own) => once(own, name, 100),
    ),
  );

  test.concurrent.each(hanging)("delivers the next message after a gateway that %s", (_, behaviour) =>
    withGateway(
      (_, attempt) => (attempt === 1 ? behaviour : behaviours.delivers),
      (own) => again(own, 1_000),
    ),
  );

  test.concurrent.each(hanging)(
    "cuts its connection to a gateway that %s, which then has no request under way",
    async (_, behaviour) => {
      let close: () => void = () => undefined;
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      const closing: Behaviour = (response) => {
        response.on("close", close);
        behaviour(response);
      };
      await withGateway(
        () => closing,
        async (own) => {
          expect(await make(own.url, 100, recordingLog()).send("a=", data, never)).toBe("unavailable");
          await closed;
          expect(own.underWay).toBe(0);
        },
      );
    },
  );

  test.each([
    ["does not listen", () => gateway.url],
    ["has no address", () => "http://gateway.invalid/development"],
  ])("finds a gateway that %s unavailable", async (_, urlOf) => {
    const url = urlOf();
    await gateway.stop();
    expect(await make(url, 1_000, recordingLog()).send("a=", data, never)).toBe("unavailable");
  });

  test("logs what it does not understand, without the message", async () => {
    behaviourOf = () => behaviours["fails with 502"];
    const { log, sender } = senderWithin();
    await sender.send("a=", data, never);
    expect(log.lines).toMatchObject([{ level: "debug", fields: { outcome: "unavailable", connection_id: "a=" } }]);
    expect(JSON.stringify(log.lines)).not.toContain("日本");
  });

  test("stops waiting when the signal aborts, and waits on for whom another signal is", async () => {
    let answer = () => expect(gateway.underWay).toBe(2);
    behaviourOf = (connectionId) => (response) => {
      if (connectionId === "kept=")
        answer = () => {
          behaviours.delivers(response);
        };
      if (gateway.underWay === 2) time.abort();
    };
    const { sender } = senderWithin();
    const time = new AbortController();
    const kept = sender.send("kept=", data, never);
    expect(await sender.send("a=", data, time.signal)).toBe("unavailable");
    expect(await sender.send("b=", data, time.signal)).toBe("unavailable");
    answer();
    expect(await kept).toBe("delivered");
    expect(gateway.received.map(({ connectionId }) => connectionId).sort()).toEqual(["a=", "kept="]);
  });
});

describe("a delivery through the gateway", () => {
  test("reaches everyone who can be reached through a gateway that does its worst", async () => {
    // Some are left out: the delivery could only wait for them, or they would end it.
    const names = Object.keys(behaviours).filter((name) => !hangs(name) && !name.startsWith("forbids"));
    const lasting = (name = "") => /is gone|such an id|too large/.test(name);
    behaviourOf = (connectionId, attempt) => {
      const name = names[Number.parseInt(connectionId.slice(1), 10)];
      const behaviour = Object.entries(behaviours).find(([known]) => known === name)?.[1];
      return behaviour && (attempt === 1 || lasting(name)) ? behaviour : behaviours.delivers;
    };
    const { log, services } = deliverer({ ids: many(600) });
    const sender = ours(gateway.url, TIMEOUT, log);
    const result = await deliver(
      message,
      ["all"],
      { ...services, sender, sleep: (_, signal) => sleep(1, signal) },
      never,
    );
    expect(result).toEqual({ id: "m1", attempted: 600, delivered: 595, gone: 4, failed: 1, left: 0, segments: 0 });
    expect(gateway.most).toBeLessThanOrEqual(MOST);
  });
});
