import { createHash } from "node:crypto";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Place } from "../definition/terraform";
import { codeOf, messageOf, StartError } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import { writeAside } from "./aside";

// An export is a gzip file of lines of JSON. The first is a Head; each table is one line {"table": …}, followed by a line
// {"item": …} for each of its items; the last line is a Tail. All are as the API of DynamoDB writes them.

/** Counted up when an older version could not read the file any more. */
const VERSION = 1;
const FORMAT = "terrace-data";

/** A table: the request that makes it, and the attribute that says when its items expire. */
export interface TableLine {
  readonly table: JsonObject;
  readonly timeToLive?: string;
}
export interface ItemLine {
  readonly item: JsonObject;
}

/** The contents of an export, as its last line counts them. */
export interface Contents {
  readonly tables: number;
  readonly items: number;
}

/**
 * Writes an export, aside first, so that the file is whole or not there. The same lines make the same bytes.
 *
 * @throws StartError if there is such a file already or it cannot be written
 */
export async function writeExport(
  file: string,
  place: Place,
  lines: AsyncIterable<TableLine | ItemLine>,
): Promise<Contents> {
  if (fs.existsSync(file)) throw new StartError(`${file} exists: name another file, or move that one away.`);
  const contents = { tables: 0, items: 0 };
  async function* text() {
    const hash = createHash("sha256");
    const add = (value: object) => {
      const line = `${JSON.stringify(value)}\n`;
      hash.update(line);
      return line;
    };
    yield add({ format: FORMAT, version: VERSION, place });
    for await (const line of lines) {
      if ("table" in line) contents.tables++;
      else contents.items++;
      yield add(line);
    }
    yield JSON.stringify({ ...contents, sha256: hash.digest("hex") });
  }
  try {
    await writeAside(file, (into) => pipeline(text(), createGzip(), into));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`${file} cannot be written (${messageOf(error)}): name another file, or free space.`);
  }
  return contents;
}

/** An opened export. */
export interface Export {
  readonly place: Place;
  /** The tables and items. Throws a StartError at the end if the file is not whole, or not as it was written. */
  readonly lines: AsyncIterable<TableLine | ItemLine>;
}

/** Opens an export. @throws StartError if it cannot be read, is no export or is one of another version */
export async function openExport(file: string): Promise<Export> {
  const lines = checkedLines(file);
  const { value: head } = await lines.next();
  if (!isObject(head) || head.format !== FORMAT) throw foreign(file);
  if (head.version !== VERSION)
    throw new StartError(
      `${file} was written by another version of the local cloud (version ${JSON.stringify(head.version)} of the ` +
        `file, this one reads ${VERSION}): use that version.`,
    );
  const { place } = head;
  if (!isPlace(place)) throw damaged(file, "its first line is not whole");
  return { place, lines: lines as AsyncIterable<never> };
}

function isPlace(value: unknown): value is Place {
  return (
    isObject(value) && ["partition", "region", "account", "suffix"].every((name) => typeof value[name] === "string")
  );
}

/** Reads the lines but the last one, which it compares with what it read. */
async function* checkedLines(file: string): AsyncGenerator<JsonObject, undefined> {
  const hash = createHash("sha256");
  let last: string | undefined;
  let count = 0;
  for await (const line of textLines(file)) {
    if (last !== undefined) {
      hash.update(`${last}\n`);
      const value = parseJson(last);
      if (!isObject(value)) throw count === 0 ? foreign(file) : damaged(file, `line ${count + 1} is not JSON`);
      count++;
      yield value;
    }
    last = line;
  }
  const tail = parseJson(last ?? "");
  if (count === 0) throw foreign(file);
  if (!isObject(tail) || typeof tail.sha256 !== "string") throw damaged(file, "its end is missing");
  if (tail.sha256 !== hash.digest("hex")) throw damaged(file, "its checksum is another one");
}

async function* textLines(file: string): AsyncGenerator<string> {
  const text = createGunzip();
  // A failure of either stream comes out of the loop below.
  const done = pipeline(fs.createReadStream(file), text).catch(() => undefined);
  let rest = "";
  try {
    for await (const chunk of text.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    await done;
  } catch (error) {
    throw readingError(file, error);
  }
  if (rest !== "") yield rest;
}

function readingError(file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === "Z_DATA_ERROR" && messageOf(error) === "incorrect header check") return foreign(file);
  if (code?.startsWith("Z_")) return damaged(file, messageOf(error));
  if (code === "ENOENT") return new StartError(`There is no file ${file}: name the one that was exported.`);
  if (code === undefined) return error;
  return new StartError(`${file} cannot be read (${messageOf(error)}): make it a readable file.`);
}

const foreign = (file: string) =>
  new StartError(`${file} is no export of the local cloud: make one with \`npm run data -- export FILE\`.`);

/** Makes the error for an export that is not as it was written. */
export const damaged = (file: string, what: string) =>
  new StartError(`${file} is damaged (${what}): export again, or use a copy. No table was changed.`);
