/** `npm start`: how soon it answers, how much memory its whole process tree holds, and how soon an edit is live. */
import fs from "node:fs";
import path from "node:path";
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

async function edits(project: string): Promise<void> {
  const platform = await startPlatform(project);
  const memory: { rss: number; pss: number }[] = [];
  const look = () => memory.push(treeMegabytes(platform.first));
  look();
  // Seldom, because looking takes time itself.
  const looking = setInterval(look, 200);
  const socket = await openSocket(platform.socketUrl);
  /** Writes a file with another text, and waits until that is what is answered. */
  const edit = async (file: string, pattern: RegExp, text: string, answer: () => Promise<string>) => {
    const name = path.join(project, file);
    const code = fs.readFileSync(name, "utf8").replace(pattern, text);
    const started = performance.now();
    fs.writeFileSync(name, code);
    while (!(await answer()).includes("edited"));
    return (performance.now() - started) / 1000;
  };
  const functionEdit = (n: number) =>
    edit("functions/websocket-default.ts", /200, body.*?, is/, `200, body: "edited ${n}", is`, async () => {
      const answer = await ask(socket, "hello");
      return answer.endsWith(` ${n}`) ? answer : "";
    });
  const apiEdit = (n: number) =>
    edit("api/routes/health.ts", /message: "(API is|edited).*?"/, `message: "edited ${n}"`, async () => {
      const { message } = (await (await fetch(platform.apiUrl)).json()) as { message: string };
      return message.endsWith(` ${n}`) ? message : "";
    });
  row("the first edit of a function is live, with a socket open", await functionEdit(0), 0.3, "s");
  row("the first edit of the API is live", await apiEdit(0), 0.7, "s");
  const later = { function: [] as number[], api: [] as number[] };
  for (let n = 1; n <= rounds; n++) {
    later.function.push(await functionEdit(n));
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
