/** Walks through docs/adding/field.md in a copy of the sources. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import * as old from "../support/fixtures/rows-of-846a08f";

const root = path.resolve(__dirname, "../..");
const FIXTURE = "test/support/fixtures/rows-of-846a08f.ts";
const POSTS = "domain/posts/posts.ts";

let copy: string;
beforeAll(() => {
  copy = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-field-"));
  for (const entry of ["api", "domain", "runtime", "package.json", "tsconfig.json", FIXTURE])
    fs.cpSync(path.join(root, entry), path.join(copy, entry), { recursive: true });
  fs.symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
});
afterAll(() => fs.rmSync(copy, { recursive: true }));

/** Adds a line to the fields that an author writes of a post. */
function addField(line: string): void {
  const before = fs.readFileSync(path.join(root, POSTS), "utf8");
  const after = before
    .replace("export const postFields = writtenFields({\n", (start) => `${start}  ${line}\n`)
    .replace("{ field, writtenFields }", "{ addedField, field, writtenFields }");
  fs.writeFileSync(path.join(copy, POSTS), after);
}

/** Returns the files that do not compile, with the reason. */
function compileErrors(): string[] {
  const { stdout } = spawnSync(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc")], {
    cwd: copy,
    encoding: "utf8",
  });
  return [...stdout.matchAll(/^(\S+?)\(.*?(?=^\S|(?![\s\S]))/gms)].map(
    ([error, file]) => `${file}: ${/Property '\w+' is missing/.exec(error)?.[0] ?? error}`,
  );
}

/** Returns what the code of the copy makes of requests and rows from before. */
function inCopy(expressions: Readonly<Record<string, string>>): unknown {
  const values = Object.entries(expressions).map(([name, expression]) => `${name}: ${expression}`);
  const { outputFiles } = buildSync({
    stdin: {
      contents: `
        import * as z from "zod/mini";
        import { post, postFields, postInput } from "./domain/posts/posts";
        import { postRow } from "./domain/posts/posts.row";
        console.log(JSON.stringify({ ${values.join(", ")} }));`,
      resolveDir: copy,
    },
    bundle: true,
    platform: "node",
    write: false,
  });
  const { stdout } = spawnSync(process.execPath, ["-"], { input: outputFiles[0]?.text, encoding: "utf8" });
  return JSON.parse(stdout);
}

test("a field without a value for rows that lack it does not compile, and the errors say where such rows are", () => {
  addField('tags: field(z.array(text(30, "one line")), z.array(z.string())),');
  expect(new Set(compileErrors())).toEqual(new Set([`${FIXTURE}: Property 'tags' is missing`]));
});

test("a field with such a value is one line: requests, rows, fingerprints and documents follow", () => {
  addField('tags: addedField(z.array(text(30, "one line")).check(z.maxLength(10)), z.array(z.string()), []),');
  expect(compileErrors()).toEqual([]);
  const [request, row] = [JSON.stringify(old.postRequest), JSON.stringify(old.post)];
  expect(
    inCopy({
      request: `postInput.parse(${request})`,
      row: `postRow.parse(${row}).tags`,
      changed: `postFields.in({ ...${request}, tags: ["news"] }).tags`,
      fingerprint: `postFields.fingerprint(${request})`,
      sent: "z.toJSONSchema(postInput, { io: 'input' }).properties.tags",
      shown: "z.toJSONSchema(post).required.includes('tags')",
    }),
  ).toEqual({
    request: { ...old.postRequest, tags: [] },
    row: [],
    changed: ["news"],
    fingerprint: old.post.request,
    sent: { type: "array", default: [], maxItems: 10, items: expect.objectContaining({ maxLength: 30 }) },
    shown: true,
  });
});
