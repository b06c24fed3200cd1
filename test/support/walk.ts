/**
 * Walks through a guide of docs/adding/ in a copy of the sources.
 *
 * The guide's code blocks are its steps. A block ```ts path``` is a new file. A block ```diff path``` changes one: its
 * lines with a space stand there already, exactly once, and the others are added or removed. A block ```text errors```
 * lists what the compiler says at that point, one `file: part of the message` a line.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(__dirname, "../..");
const SOURCES = ["api", "domain", "environments", "functions", "image", "runtime", "stacks", "main.ts", "package.json"];

interface Block {
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

export interface CompilerError {
  readonly file: string;
  readonly message: string;
}

/** Returns the code blocks of a guide that have a title, in their order. */
export function blocksOf(guide: string): Block[] {
  const markdown = fs.readFileSync(path.join(root, "docs/adding", `${guide}.md`), "utf8");
  return [...markdown.matchAll(/^ *```(\w+) (\S+)\n(.*?)\n *```$/gms)].map(
    ([, language = "", title = "", text = ""]) => ({ language, title, text: dedented(text) }),
  );
}

function dedented(text: string): string {
  const indent = Math.min(...text.split("\n").flatMap((line) => (line.trim() ? [line.search(/\S/)] : [])));
  // The lines of a diff that stand there already begin with a space, which is no indentation.
  const isDiff = /^ *[+-]/m.test(text);
  return text.replaceAll(new RegExp(`^ {${isDiff ? indentOfDiff(text) : indent}}`, "gm"), "");
}

const indentOfDiff = (text: string): number =>
  Math.min(...text.split("\n").flatMap((line) => (/^ *[+-]/.test(line) ? [line.search(/[+-]/)] : [])));

/** Copies the sources that are compiled into a new folder. The caller removes it. */
export function copySources(...others: readonly string[]): string {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-walk-"));
  for (const entry of [...SOURCES, "tsconfig.json", ...others])
    fs.cpSync(path.join(root, entry), path.join(copy, entry), { recursive: true });
  fs.symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

/** Does what a block says. Throws an error if the lines that it builds on are not there, or more than once. */
export function apply(copy: string, { language, title, text }: Block): void {
  const file = path.join(copy, title);
  if (language !== "diff") {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${text}\n`);
    return;
  }
  const lines = text.split("\n");
  const without = (sign: string) => lines.filter((line) => !line.startsWith(sign)).map((line) => line.slice(1));
  const [before, after] = [without("+").join("\n"), without("-").join("\n")];
  const parts = fs.readFileSync(file, "utf8").split(before);
  if (parts.length !== 2) throw new Error(`${title} has these lines ${parts.length - 1} times:\n${before}`);
  fs.writeFileSync(file, parts.join(after));
}

/**
 * Compiles the copy and returns everything that the compiler finds wrong. It looks anew only at what was changed since it
 * was called before. On one processor and without garbage collection it takes half of the time, and hardly more memory.
 */
export function compile(copy: string): CompilerError[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      path.join(root, "node_modules/typescript/bin/tsc"),
      ...["--singleThreaded", "--incremental", "--tsBuildInfoFile", ".tsbuildinfo"],
    ],
    { cwd: copy, encoding: "utf8", env: { ...process.env, GOGC: "off" } },
  );
  return [...stdout.matchAll(/^(\S+?)\(\d+,\d+\): (.*?)(?=^\S|(?![\s\S]))/gms)].map(([, file = "", message = ""]) => ({
    file,
    message,
  }));
}

/** Returns the errors that a block expects and the compiler did not find, and the other way round. */
export function difference(expected: string, errors: readonly CompilerError[]): string[] {
  const lines = expected.split("\n").map((line) => {
    const [file = "", ...part] = line.split(": ");
    return { line, file, part: part.join(": ") };
  });
  const isMeant = (error: CompilerError) => (one: (typeof lines)[number]) =>
    one.file === error.file && error.message.includes(one.part);
  return [
    ...lines.filter((one) => !errors.some((error) => isMeant(error)(one))).map(({ line }) => `not found: ${line}`),
    ...errors.filter((error) => !lines.some(isMeant(error))).map(({ file, message }) => `found: ${file}: ${message}`),
  ];
}
