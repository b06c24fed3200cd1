import type { Services } from "../../../api/route";
import { memoryCommentStore } from "../../../domain/comments.memory";
import { memoryTables } from "../../../domain/memory";
import type { Message } from "../../../domain/message";
import { memoryPostStore } from "../../../domain/posts.memory";
import { recordingLog } from "./log";

/** The id of the nth thing that is created. */
export const idOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** What the API works with, in memory: ids count up from 1, and each look at the clock is a second later. */
export function memoryServices() {
  const tables = memoryTables();
  let ids = 0;
  let seconds = 0;
  const announced: { readonly message: Message; readonly requestId: string }[] = [];
  const services = {
    posts: memoryPostStore(tables),
    comments: memoryCommentStore(tables),
    announce: async (message: Message, requestId: string) => {
      announced.push({ message, requestId });
    },
    log: recordingLog(),
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
    newId: () => idOf(++ids),
    about: {
      environment: "staging",
      websocketEndpoint: "wss://ws.example/staging",
      broadcastEndpoint: "https://http.example/staging/broadcast/comments",
      version: "1.2.3",
    },
  } satisfies Services;
  return { services, announced };
}
