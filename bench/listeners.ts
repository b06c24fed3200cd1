/** A comment's POST while nobody listens and while 500 do, in turn: writing costs the same whoever listens. */
import { once } from "node:events";
import fs from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type WebSocket from "ws";
import { openSocket, program, projectCopy, startPlatform } from "./platform";
import { median } from "./process.mjs";
import { row } from "./report.mjs";

const LISTENERS = 500;
const POSTS = 15;
/** The milliseconds between two posts in which nobody listens: about what 500 take to hear of one. */
const PAUSE = 250;
const rounds = Number(process.env.ROUNDS ?? 4);

async function main(): Promise<void> {
  const project = projectCopy();
  const platform = await startPlatform(project, program(project));
  try {
    const gateway = new URL(platform.socketUrl).host;
    const tokens = { method: "POST", headers: { accept: "text/plain" }, body: '{"uid":"alice"}' };
    const token = await (await fetch(`http://${gateway}/_local/tokens`, tokens)).text();
    const api = platform.apiUrl.replace(/health$/, "api/v1/posts");
    const send = async (url: string, body: object) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      if (response.status !== 201) throw new Error(`${response.status} from ${url}: ${await response.text()}`);
      return Object(await response.json());
    };
    const { id } = await send(api, { title: "Title", content: "Text" });
    const comment = async () => {
      const start = performance.now();
      await send(`${api}/${id}/comments`, { content: "A comment" });
      return performance.now() - start;
    };
    const alone = async () => {
      const time = await comment();
      await wait(PAUSE);
      return time;
    };
    let heard = 0;
    const heardBy = async (sockets: readonly WebSocket[]) => {
      const all = Promise.all(sockets.map((socket) => once(socket, "message")));
      const time = await comment();
      heard += (await all).length;
      return time;
    };

    for (let count = 0; count < POSTS; count++) await alone();
    const times = { none: [] as number[], many: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (let count = 0; count < POSTS; count++) times.none.push(await alone());
      const sockets = [];
      for (let count = 0; count < LISTENERS; count++) sockets.push(await openSocket(platform.socketUrl));
      // The first message to new sockets is not counted: it is that their connections are known that it shows.
      await heardBy(sockets);
      for (let count = 0; count < POSTS; count++) times.many.push(await heardBy(sockets));
      const closed = sockets.map((socket) => once(socket, "close"));
      for (const socket of sockets) socket.close();
      await Promise.all(closed);
      await wait(1_000);
    }
    const [none, many] = [median(times.none), median(times.many)];
    console.log("\nPOST of a comment, medians of rounds in turn; node bench/run.mjs listeners");
    console.log(
      `  nobody listens ${none.toFixed(1)} ms, ${LISTENERS} do ${many.toFixed(1)} ms; ${heard} messages heard`,
    );
    row(`a comment while ${LISTENERS} listen beside one while nobody does`, many / none, 1.1, "x");
  } finally {
    await platform.stop();
    fs.rmSync(project, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
