import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Clock } from "../../local/shared/clock";
import { watchSources } from "../../local/watch";
import { FakeClock } from "./fake-clock";
import { until } from "./until";

let root: string;
let minutes: FakeClock;
let end: (() => void) | undefined;
let reloaded: (readonly string[])[];
let printed: string[];
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-watch-"));
  for (const folder of ["stacks", "environments", "functions", "domain/posts", "build", "dist"])
    fs.mkdirSync(path.join(root, folder), { recursive: true });
  write("main.ts");
  minutes = new FakeClock();
  [reloaded, printed] = [[], []];
});
afterEach(() => {
  end?.();
  fs.rmSync(root, { recursive: true });
});

/** Editors' files settle at once; minutes pass when a test says so. */
const clock: Clock = {
  now: () => minutes.now(),
  every: (interval, call) => minutes.every(interval, call),
  after(delay, call) {
    if (delay > 1_000) return minutes.after(delay, call);
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  },
};

const write = (file: string, text = "") => fs.writeFileSync(path.join(root, file), text);

/** Watches the project. What the bundler answers to each list of edits is the text of a function of `files` and `n`. */
function watching(answer: string) {
  write(
    "build/watch.mjs",
    `import { parentPort } from "node:worker_threads";
     let n = 0;
     parentPort.on("message", (files) => {
       if (files.length > 0) parentPort.postMessage({ files, changed: [], errors: [], ...(${answer})(files, n++) });
     });`,
  );
  end = watchSources({
    root,
    clock,
    cloud: { reload: (bundles) => reloaded.push(bundles) },
    print: (line) => printed.push(line),
  });
}

/** Writes a file until something holds: the watch starts by itself a moment later. */
async function edited(file: string, condition: () => boolean) {
  let count = 0;
  await until(() => {
    write(file, `// ${count++}`);
    return condition();
  });
}

test("functions get their new code after an edit, and the bundler is told which files it was", async () => {
  watching("(files) => ({ changed: files })");
  await edited("functions/websocket-connect.ts", () => reloaded.length > 0);
  expect(reloaded[0]).toEqual(["functions/websocket-connect.ts"]);
  expect(printed[0]).toBe("New code: functions/websocket-connect.ts.");
});

test("a file that an editor replaces is seen every time", async () => {
  write("domain/posts/posts.ts", "0");
  watching("(files) => ({ changed: files })");
  for (const save of [1, 2, 3]) {
    const before = reloaded.length;
    let count = 0;
    await until(() => {
      write("domain/posts/saved~", `${save} ${count++}`);
      fs.renameSync(path.join(root, "domain/posts/saved~"), path.join(root, "domain/posts/posts.ts"));
      return reloaded.slice(before).flat().includes("domain/posts/posts.ts");
    });
    expect(reloaded.length).toBeGreaterThanOrEqual(save);
  }
});

test("what was edited between the build and the watch is built, and nothing else", async () => {
  for (const file of ["functions/websocket-connect.ts", "functions/websocket-default.ts", "dist/build.json"])
    write(file);
  const built = new Date("2026-11-26T10:00:00Z");
  const touch = (file: string, minutes: number) =>
    fs.utimesSync(path.join(root, file), built, new Date(built.getTime() + minutes * 60_000));
  touch("dist/build.json", 0);
  touch("functions/websocket-connect.ts", -1);
  touch("functions/websocket-default.ts", 1);
  watching("(files) => ({ changed: files })");
  await until(() => reloaded.length > 0);
  expect(reloaded).toEqual([["functions/websocket-default.ts"]]);
});

test("an error of the bundler is shown once, and again when it is another one or comes back", async () => {
  watching(`(_, n) => [
    { errors: ["a.ts:1 wrong"] }, { errors: ["a.ts:1 wrong"] }, { errors: ["a.ts:2 wrong"] }, { changed: ["api"] },
    { errors: ["a.ts:2 wrong"] }][n] ?? {}`);
  await edited("functions/websocket-connect.ts", () => printed.length >= 4);
  expect(printed).toEqual([
    "a.ts:1 wrong\nThe code before that edit keeps running.",
    "a.ts:2 wrong\nThe code before that edit keeps running.",
    "New code: api.",
    "a.ts:2 wrong\nThe code before that edit keeps running.",
  ]);
});

test("a bundler that fails says why, and the next edit starts another with the files of both", async () => {
  watching(`(files) => {
    const { existsSync, rmSync } = process.getBuiltinModule("node:fs");
    const mark = ${JSON.stringify(path.join(root, "failing"))};
    if (!files.includes("functions/websocket-connect.ts") || !existsSync(mark)) return { changed: files };
    rmSync(mark);
    throw new Error("no service");
  }`);
  await edited("functions/websocket-default.ts", () => reloaded.length > 0);
  write("failing");
  write("functions/websocket-connect.ts");
  const failed = /^The bundler failed: .*no service\. The next edit starts it again, and no edit is lost\.$/;
  await until(() => printed.some((line) => failed.test(line)));
  expect(reloaded.flat()).not.toContain("functions/websocket-connect.ts");
  await edited("functions/websocket-default.ts", () => reloaded.flat().includes("functions/websocket-connect.ts"));
});

test("the bundler ends two minutes after the last edit, and the next edit starts another", async () => {
  watching("(_, n) => ({ changed: [String(n)] })");
  await edited("functions/websocket-connect.ts", () => reloaded.length >= 2);
  const firsts = () => reloaded.flat().filter((n) => n === "0").length;
  expect(firsts()).toBe(1);
  minutes.advance(120_000);
  await edited("functions/websocket-connect.ts", () => firsts() === 2);
  expect(printed).toEqual(reloaded.map((names) => `New code: ${names.join(", ")}.`));
});

test.each(["stacks/application-stack.ts", "environments/development.ts", "main.ts"])(
  "an edit of %s asks for a restart, once",
  async (file) => {
    watching("() => ({})");
    await edited(file, () => printed.length > 0);
    await edited(file, () => true);
    expect(printed).toEqual(["The definition changed: restart to apply it."]);
  },
);
