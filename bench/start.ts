/** `npm start`: how soon it answers, how much memory its whole process tree holds, and how soon an edit is live. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type WebSocket from "ws";
import { ask, openSocket, type Platform, program, projectCopy, startPlatform } from "./platform";
import { median, treeMegabytes } from "./process.mjs";
import { row } from "./report.mjs";

const rounds = Number(process.env.ROUNDS ?? 5);

async function starts(project: string): Promise<void> {
  const platforms: Platform[] = [];
  for (let round = 0; round < rounds; round++) {
    const platform = await startPlatform(project, program(project));
    platforms.push(platform);
    await platform.stop();
  }
  row("first API answer after the start of the process", median(platforms.map(({ answered }) => answered)), 0.5, "s");
  row("first WebSocket echo after the start of the process", median(platforms.map(({ echoed }) => echoed)), 0.6, "s");
}

/** Over its bound on two cores, which have 4.4 s of CPU to share: docs/decisions/linked-packages.md. */
async function firstStarts(project: string): Promise<void> {
  const firsts: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const built of ["dist", "cdktf.out"]) fs.rmSync(path.join(project, built), { recursive: true });
    const platform = await startPlatform(project, program(project));
    firsts.push(platform.answered);
    await platform.stop();
  }
  row("first start of all, bundling and synthesis included", median(firsts), 2, "s");
}

/** The time that the quickest of developers needs from the start to the first edit, in milliseconds. */
const FIRST_EDIT_AFTER = 1_000;

/** Returns the seconds until the first edit of a function is live that comes at once after the first echo. */
async function hastyEdit(project: string): Promise<number> {
  const platform = await startPlatform(project);
  const socket = await openSocket(platform.socketUrl);
  const took = await functionEdit(project, socket, 0);
  socket.close();
  await platform.stop();
  return took;
}

/** Writes a file with another text, and waits until that is what is answered. Returns the seconds that it takes. */
async function edit(file: string, pattern: RegExp, text: string, answer: () => Promise<string>): Promise<number> {
  const code = fs.readFileSync(file, "utf8").replace(pattern, text);
  const started = performance.now();
  fs.writeFileSync(file, code);
  while (!(await answer()).includes("edited"));
  return (performance.now() - started) / 1000;
}

function functionEdit(project: string, socket: WebSocket, n: number): Promise<number> {
  const file = path.join(project, "functions/websocket-default.ts");
  return edit(file, /200, body.*?, is/, `200, body: "edited ${n}", is`, async () => {
    const answer = await ask(socket, "hello");
    return answer.endsWith(` ${n}`) ? answer : "";
  });
}

async function edits(project: string): Promise<void> {
  const hasty = await hastyEdit(project);
  const platform = await startPlatform(project);
  const memory: { rss: number; pss: number }[] = [];
  const look = () => memory.push(treeMegabytes(platform.first));
  look();
  // Seldom, because looking takes time itself.
  const looking = setInterval(look, 200);
  const socket = await openSocket(platform.socketUrl);
  const apiEdit = (n: number) =>
    edit(
      path.join(project, "api/routes/health.ts"),
      /message: "(API is|edited).*?"/,
      `message: "edited ${n}"`,
      async () => {
        const { message } = (await (await fetch(platform.apiUrl)).json()) as { message: string };
        return message.endsWith(` ${n}`) ? message : "";
      },
    );
  row("the first edit of a function, at once after the first echo", hasty, 0.3, "s");
  await setTimeout(FIRST_EDIT_AFTER);
  row("the first edit of a function a second later", await functionEdit(project, socket, 1), 0.3, "s");
  row("the first edit of the API is live", await apiEdit(1), 0.7, "s");
  const later = { function: [] as number[], api: [] as number[] };
  for (let n = 2; n <= rounds + 1; n++) {
    later.function.push(await functionEdit(project, socket, n));
    later.api.push(await apiEdit(n));
  }
  row("a later edit of a function", median(later.function), 0.3, "s");
  row("a later edit of the API", median(later.api), 0.7, "s");
  socket.close();
  clearInterval(looking);
  const most = (name: "rss" | "pss") => Math.max(...memory.map((size) => size[name]));
  const [idle] = memory;
  console.log(
    `  process tree, npm included: idle ${idle?.pss.toFixed(0)} MB (${idle?.rss.toFixed(0)} MB with shared pages`,
  );
  console.log(
    `  counted in each process), at most ${most("pss").toFixed(0)} MB (${most("rss").toFixed(0)} MB) while it was edited`,
  );
  row("memory of the whole process tree at its peak", most("pss"), 300, "MB");
  await platform.stop();
}

async function main(): Promise<void> {
  const project = projectCopy();
  try {
    console.log(`\nnpm start, medians of ${rounds} (ROUNDS); node bench/run.mjs start`);
    await starts(project);
    await edits(project);
    await firstStarts(project);
  } finally {
    fs.rmSync(project, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
