import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { watchSources } from "../../local/watch";
import { FakeClock } from "./fake-clock";
import { until } from "./until";

let root: string;
let end: (() => void) | undefined;
let reloaded: (readonly string[])[];
let printed: string[];
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-watch-"));
  for (const folder of ["stacks", "environments"]) fs.mkdirSync(path.join(root, folder));
  fs.writeFileSync(path.join(root, "main.ts"), "");
  [reloaded, printed] = [[], []];
});
afterEach(() => {
  end?.();
  fs.rmSync(root, { recursive: true });
});

/** Watches a project whose bundler says these things. */
function watching(...messages: object[]) {
  const says = messages.map((message) => `process.send(${JSON.stringify(message)});`).join("\n");
  fs.writeFileSync(
    path.join(root, "build.mjs"),
    `${says}\nif (process.argv[2] === "--watch") setInterval(() => {}, 1000);`,
  );
  const clock = new FakeClock();
  end = watchSources({
    root,
    clock,
    cloud: { reload: (bundles) => reloaded.push(bundles) },
    print: (line) => printed.push(line),
  });
  return clock;
}

test("functions get their new code when the bundler has some, a moment after the start", async () => {
  const clock = watching({ ready: true }, { changed: ["connect", "api"] });
  clock.advance(1_000);
  await until(() => printed.length > 0);
  expect(reloaded).toEqual([["connect", "api"]]);
  expect(printed).toEqual(["New code: connect, api."]);
});

test("an error of the bundler is shown once, and again when it is another one or comes back", async () => {
  const clock = watching(
    { error: "a.ts:1 wrong" },
    { error: "a.ts:1 wrong" },
    { error: "a.ts:2 wrong" },
    { changed: ["api"] },
    { error: "a.ts:2 wrong" },
  );
  clock.advance(1_000);
  await until(() => printed.length >= 4);
  expect(printed).toEqual([
    "a.ts:1 wrong\nThe code before that edit keeps running.",
    "a.ts:2 wrong\nThe code before that edit keeps running.",
    "New code: api.",
    "a.ts:2 wrong\nThe code before that edit keeps running.",
  ]);
});

test.each(["stacks/application-stack.ts", "environments/development.ts", "main.ts"])(
  "an edit of %s asks for a restart, once",
  async (file) => {
    watching();
    fs.writeFileSync(path.join(root, file), "// edited");
    await until(() => printed.length > 0);
    fs.writeFileSync(path.join(root, file), "// edited again");
    expect(printed).toEqual(["The definition changed: restart to apply it."]);
  },
);

test("a bundler that ends by itself is no secret", async () => {
  const clock = watching();
  fs.writeFileSync(path.join(root, "build.mjs"), "process.exit(3);");
  clock.advance(1_000);
  await until(() => printed.length > 0);
  expect(printed).toEqual(["Edits are not seen any more: node build.mjs --watch ended with 3. Restart to go on."]);
});
