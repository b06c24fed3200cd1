import { createCursors } from "../../../api/http/cursor";
import type { Services } from "../../../api/services";
import { createConnectionCounter } from "../../../domain/realtime/connection-count";
import { createSigningKey } from "../../../runtime/kms/signing-key";
import { credulousAuthenticator } from "./authenticator";
import { recordingLog } from "./log";
import { memoryConnectionStore, memoryConnectionTally } from "./memory/connections";
import { memoryTicketStore } from "./memory/tickets";
import { memoryStores } from "./stores";

/** Returns the id of the nth resource that is created. */
export const idOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** Makes the API's services in memory. Their ids count up from 1, and their clock is a millisecond later at each look. */
export function memoryServices() {
  let ids = 0;
  let milliseconds = 0;
  const tally = memoryConnectionTally();
  const tickets = new Map();
  const connections = memoryConnectionStore(tally, new Map(), tickets);
  const now = () => new Date(Date.UTC(2026, 0, 1) + milliseconds++);
  const signingKey = createSigningKey({
    keyId: "key",
    generateMac: async () => Buffer.alloc(32, 7),
    now: () => Date.UTC(2026, 0, 1),
  });
  const services = {
    ...memoryStores(),
    tickets: memoryTicketStore(tickets),
    countConnections: createConnectionCounter({ tally, now }),
    cursors: createCursors({ signingKey, now: () => now().getTime() }),
    authenticator: credulousAuthenticator(),
    log: recordingLog(),
    now,
    newId: () => idOf(++ids),
    about: {
      environment: "staging",
      websocketEndpoint: "wss://ws.example/staging",
      broadcastEndpoint: "https://http.example/staging/broadcast/comments",
      version: "1.2.3",
    },
    documented: true,
  } satisfies Services;
  return { services, connections };
}
