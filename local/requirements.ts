import fs from "node:fs";
import { messageOf, StartError } from "./shared/errors";

/** Reads the definition. @throws StartError if it is not there */
export function readDefinitionFile(file: string): string {
  if (!fs.existsSync(file)) throw new StartError(`${file} is missing: run \`node build.mjs --synth\`.`);
  return fs.readFileSync(file, "utf8");
}

/** Makes the data folder, if need be. @throws StartError if it cannot be written to */
export function requireWritable(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be written to (${messageOf(error)}): make it a writable folder, ` +
        "or set TERRACE_DATA to another one.",
    );
  }
}
