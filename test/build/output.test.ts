import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { unzipSync } from "fflate";
import { copyProject } from "../support/project-copy";

const project = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-build-"));
beforeAll(() => copyProject(project));
afterAll(() => fs.rmSync(project, { recursive: true, force: true }));

const read = (file: string) => fs.readFileSync(path.join(project, file));

function run(...parameters: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, parameters, { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
const build = () => run("build.mjs");

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

test("a file left over in the API's folder is removed, even if nothing else is out of date", () => {
  const before = fs.readdirSync(path.join(project, "dist/api")).sort();
  fs.writeFileSync(path.join(project, "dist/api/LEFTOVER.mjs"), "");
  build();
  expect(fs.readdirSync(path.join(project, "dist/api")).sort()).toEqual(before);
});

test("after an edit while the local cloud ran, the next build's zip holds the new code", () => {
  edit("functions/websocket-default.ts", "Not a WebSocket message event.", "Not a message of a WebSocket.");
  rebuild("websocket-default");
  build();
  const { "index.cjs": zipped } = unzipSync(read("dist/functions/websocket-default/websocket-default.zip"));
  expect(Buffer.from(zipped ?? []).toString()).toContain("Not a message of a WebSocket.");
});

test("an edit may import more of a package, and undoing it gives the same bytes as before", () => {
  const code = () => read("dist/functions/websocket-disconnect/index.cjs");
  const before = code();
  const undo = edit(
    "functions/websocket-disconnect.ts",
    "export const handler",
    'import { QueryCommand } from "@aws-sdk/lib-dynamodb";\nexport const query = QueryCommand;\nexport const handler',
  );
  rebuild("websocket-disconnect");
  expect(code().equals(before)).toBe(false);
  expect(code().includes("query:()")).toBe(true);
  undo();
  build();
  expect(code().equals(before)).toBe(true);
});

test("an edit may use more of a package that is imported as a namespace", () => {
  const undo = edit(
    "functions/websocket-disconnect.ts",
    "export const handler",
    "export const isAddress = (text: string) => z.safeParse(z.email(), text).success;\nexport const handler",
  );
  rebuild("websocket-disconnect");
  undo();
  // The whole bundle would ask for its variables.
  const code = read("dist/functions/websocket-disconnect/index.cjs").toString();
  expect(code).toContain("isAddress");
  expect(code).toMatch(/email_\d+/);
});
