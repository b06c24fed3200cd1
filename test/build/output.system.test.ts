import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { unzipSync } from "fflate";
import { copyProject } from "../support/project-copy";

const project = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-build-"));
const disconnect = "dist/functions/websocket-disconnect/index.cjs";
const read = (file: string) => fs.readFileSync(path.join(project, file));

/** What the copy holds at first. */
let built: { readonly api: readonly string[]; readonly disconnect: Buffer };
beforeAll(() => {
  copyProject(project);
  built = { api: fs.readdirSync(path.join(project, "dist/api")).sort(), disconnect: read(disconnect) };
});
afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

function run(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Tells whether a build would do nothing. */
const isFresh = () =>
  run(
    "--input-type=module",
    "-e",
    'import { isFresh } from "./build/freshness.mjs"; console.log(isFresh());',
  ).trim() === "true";

/** Builds a function as the local cloud does after an edit. */
const rebuild = (name: string) =>
  run(
    "--input-type=module",
    "-e",
    `import esbuild from "esbuild";
     import { deployedBundles } from "./build/bundles.mjs";
     import { buildBundle } from "./build/output.mjs";
     await buildBundle(esbuild, deployedBundles().find(({ name }) => name === "${name}"), false);
     await esbuild.stop();`,
  );

function edit(file: string, from: string, to: string): () => void {
  const before = read(file).toString();
  expect(before).toContain(from);
  fs.writeFileSync(path.join(project, file), before.replace(from, to));
  return () => fs.writeFileSync(path.join(project, file), before);
}

test("a file left over in the API's folder makes what was built out of date, even if nothing else does", () => {
  const leftover = path.join(project, "dist/api/LEFTOVER.mjs");
  expect(isFresh()).toBe(true);
  fs.writeFileSync(leftover, "");
  expect(isFresh()).toBe(false);
});

test("an edit while the local cloud runs may use more of a package that is imported as a namespace", () => {
  const undo = edit(
    "functions/websocket-disconnect.ts",
    "export const handler",
    "export const isAddress = (text: string) => z.safeParse(z.email(), text).success;\nexport const handler",
  );
  rebuild("websocket-disconnect");
  undo();
  // The whole bundle would ask for its variables.
  const code = read(disconnect).toString();
  expect(code).toContain("isAddress");
  expect(code).toMatch(/email_\d+/);
});

test("it may import more of a package", () => {
  const undo = edit(
    "functions/websocket-disconnect.ts",
    "export const handler",
    'import { QueryCommand } from "@aws-sdk/lib-dynamodb";\nexport const query = QueryCommand;\nexport const handler',
  );
  rebuild("websocket-disconnect");
  undo();
  expect(read(disconnect).equals(built.disconnect)).toBe(false);
  expect(read(disconnect).includes("query:()")).toBe(true);
});

describe("the next build", () => {
  beforeAll(() => {
    edit("functions/websocket-default.ts", "Not a WebSocket message event.", "Not a message of a WebSocket.");
    rebuild("websocket-default");
    run("build.mjs");
  });

  test("removes the file that was left over", () => {
    expect(fs.readdirSync(path.join(project, "dist/api")).sort()).toEqual(built.api);
  });

  test("zips the new code of an edit while the local cloud ran", () => {
    const { "index.cjs": zipped } = unzipSync(read("dist/functions/websocket-default/websocket-default.zip"));
    expect(Buffer.from(zipped ?? []).toString()).toContain("Not a message of a WebSocket.");
  });

  test("gives the same bytes as before of an edit that was undone", () => {
    expect(read(disconnect).equals(built.disconnect)).toBe(true);
  });
});
