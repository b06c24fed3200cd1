/** Walks through the guides of docs/adding/ in a copy of the sources: they say what the compiler says, and then work. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import * as old from "../support/fixtures/rows-of-846a08f";
import { apply, blocksOf, compile, copySources, difference } from "../support/walk";

const FIXTURE = "test/support/fixtures/rows-of-846a08f.ts";
const POSTS = "domain/posts/posts.ts";

/** Each guide goes on where the one before it ended, so that the compiler starts anew only once. */
let copy: string;
/** The fields of a post before one is added. */
let posts: string;
beforeAll(() => {
  copy = copySources(FIXTURE);
  posts = fs.readFileSync(path.join(copy, POSTS), "utf8");
});
afterAll(() => fs.rmSync(copy, { recursive: true }));

test.each(["table", "route", "function", "environment"])(
  "the compiler names exactly what docs/adding/%s.md says is left to do",
  (guide) => {
    for (const block of blocksOf(guide))
      if (block.title === "errors") expect(difference(block.text, compile(copy))).toEqual([]);
      else apply(copy, block);
  },
);

/** Adds a line to the fields that an author writes of a post. */
function addField(line: string): void {
  const after = posts
    .replace("export const postFields = writtenFields({\n", (start) => `${start}  ${line}\n`)
    .replace("{ field, writtenFields }", "{ addedField, field, writtenFields }");
  fs.writeFileSync(path.join(copy, POSTS), after);
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
  const errors = new Set(
    compile(copy).map(({ file, message }) => `${file}: ${/Property '\w+' is missing/.exec(message)?.[0] ?? message}`),
  );
  expect(errors).toEqual(new Set([`${FIXTURE}: Property 'tags' is missing`]));
});

test("the compiler finds nothing wrong once all guides are followed, and a field has such a value", () => {
  addField('tags: addedField(z.array(text(30, "one line")).check(z.maxLength(10)), z.array(z.string()), []),');
  expect(compile(copy)).toEqual([]);
});

test("a field with such a value is one line: requests, rows, fingerprints and documents follow", () => {
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
