/** Warm requests in one process: the API's routes beside what is beneath them. */
import fs from "node:fs";
import { H3 } from "h3";
import { createRouter } from "../api/http/router";
import { routesOf } from "../api/routes";
import { dynamoPostStore } from "../domain/posts/posts.dynamo";
import { postRow } from "../domain/posts/posts.row";
import { createLog } from "../runtime/log";
import { startDynamo } from "../test/support/doubles/dynamo";
import { idOf, memoryServices } from "../test/support/doubles/services";
import { startDatabase } from "./database";
import { median } from "./process.mjs";
import { row } from "./report.mjs";

/** Calls one after the other for some milliseconds. @returns calls a second */
async function rate(milliseconds: number, call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let calls = 0;
  for (; performance.now() - started < milliseconds; calls++) await call();
  return calls / ((performance.now() - started) / 1000);
}

const get = (to: { fetch(request: Request): Response | Promise<Response> }, path: string) => async () => {
  const response = await to.fetch(new Request(`http://localhost${path}`));
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.text();
};

async function main(): Promise<void> {
  // Log lines are written, and thrown away.
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  const nowhere = fs.createWriteStream("/dev/null");
  stdout.write = nowhere.write.bind(nowhere) as typeof stdout.write;
  const log = createLog("bench", { APP_ENVIRONMENT: "bench", LOG_LEVEL: "INFO" });
  const dynamo = await startDynamo(startDatabase);
  const posts = dynamoPostStore(dynamo.client, await dynamo.create("posts"), log);
  const { services } = memoryServices();
  const measured = { ...services, posts, log };
  const app = createRouter(routesOf(measured), measured);
  const { about } = services;
  const bare = new H3().get("/health", () => ({ status: "healthy", ...about, timestamp: new Date().toISOString() }));
  for (let count = 0; count < 40; count++) {
    const at = new Date(count * 1000).toISOString();
    const written = { title: "Title", content: "x".repeat(500), author_id: "alice", version: 1, favorite_count: 0 };
    await posts.create(postRow.parse({ id: idOf(count), ...written, created_at: at, updated_at: at }), "");
  }

  const rounds: Record<"store" | "list" | "bare" | "health", number>[] = [];
  // In turn, so that a change of the machine's speed meets all of them; the first round is not counted.
  for (let round = 0; round <= 5; round++)
    rounds.push({
      store: await rate(600, () => posts.newest(20)),
      list: await rate(600, get(app, "/api/v1/posts?limit=20")),
      bare: await rate(400, get(bare, "/health")),
      health: await rate(400, get(app, "/health")),
    });
  await dynamo.stop();
  stdout.write = write;
  const rateOf = (name: keyof (typeof rounds)[number]) => median(rounds.slice(1).map((round) => round[name]));
  console.log("\nWarm requests in one process, medians of 5; node bench/run.mjs warm");
  for (const [what, ours, beneath, bound] of [
    ["GET /api/v1/posts (20), time beside the bare store call", "list", "store", 1.67],
    ["GET /health, time beside the same answer from bare h3", "health", "bare", 1.25],
  ] as const) {
    console.log(`  ${rateOf(ours).toFixed(0)}/s beside ${rateOf(beneath).toFixed(0)}/s`);
    row(what, rateOf(beneath) / rateOf(ours), bound, "x");
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
