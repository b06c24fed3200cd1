import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { codeOf, messageOf, StartError } from "./errors";
import { isObject, type JsonObject, parseJson } from "./json";

/**
 * Reads a JSON file of secrets in the data folder and verifies its checksum, so that a file that was cut off or changed
 * is never mistaken for another secret. Files that older versions wrote have no checksum and are taken as they are.
 *
 * @param loss what the developer loses by starting without the file, as a sentence for the error
 * @returns the members without the checksum, or undefined if there is no such file
 * @throws StartError if the file cannot be read or is damaged. The file stays as it is.
 */
export function readSecretFile(file: string, loss: string): JsonObject | undefined {
  const bytes = readSecretBytes(file, loss);
  return bytes && parseSecrets(bytes, file, loss);
}

/** Reads a file of secrets as it is; see {@link readSecretFile}. */
export function readSecretBytes(file: string, loss: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "EISDIR") throw new StartError(`${file} is a folder and not a file: ${remedy(loss)}`);
    throw new StartError(`${file} cannot be read (${messageOf(error)}): make it readable, or ${remedy(loss)}`);
  }
}

/** Parses and verifies what {@link writeSecretFile} wrote. */
export function parseSecrets(bytes: Buffer, file: string, loss: string): JsonObject {
  const stored = parseJson(bytes.toString());
  if (!isObject(stored)) throw damagedSecrets(file, loss);
  const { checksum, ...secrets } = stored;
  if (checksum !== undefined && checksum !== checksumOf(secrets)) throw damagedSecrets(file, loss);
  return secrets;
}

/** Returns the error for a file of secrets that is there but is not what the local cloud wrote. */
export function damagedSecrets(file: string, loss: string): StartError {
  return new StartError(`${file} is damaged: put back a copy of it, or ${remedy(loss)}`);
}

/**
 * Writes a JSON file of secrets that only its owner may read, replacing it as a whole so that it is never half written.
 *
 * @throws StartError if the folder cannot be written to
 */
export function writeSecretFile(file: string, secrets: JsonObject): void {
  const draft = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const text = JSON.stringify({ ...secrets, checksum: checksumOf(secrets) }, undefined, 2);
    fs.writeFileSync(draft, `${text}\n`, { mode: 0o600 });
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw new StartError(
      `${file} cannot be written (${messageOf(error)}): free space or make its folder writable, ` +
        "or set TERRACE_DATA to another folder.",
    );
  }
}

const remedy = (loss: string) => `move it away to start with a new one. ${loss}`;

const checksumOf = (secrets: JsonObject) => createHash("sha256").update(JSON.stringify(secrets)).digest("hex");
