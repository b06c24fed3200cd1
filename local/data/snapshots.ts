import fs from "node:fs";
import path from "node:path";
import { StartError } from "../shared/errors";

const ENDING = ".jsonl.gz";

/** A named export. */
export interface Snapshot {
  readonly name: string;
  /** The time at which it was taken, in epoch milliseconds. */
  readonly takenAt: number;
  readonly bytes: number;
}

/** Returns the file of a snapshot in a folder of snapshots. @throws StartError for a name that is no file's name */
export function snapshotFile(folder: string, name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name))
    throw new StartError(
      `"${name}" cannot be the name of a snapshot: use 1 to 64 letters, digits, dots, hyphens and underscores, ` +
        "and begin with a letter or digit.",
    );
  return path.join(folder, name + ENDING);
}

/** Returns the snapshots in a folder by name; none if there is no such folder. */
export function snapshotsIn(folder: string): Snapshot[] {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith(ENDING)) : [];
  return files.sort().map((file) => {
    const { mtimeMs, size } = fs.statSync(path.join(folder, file));
    return { name: file.slice(0, -ENDING.length), takenAt: mtimeMs, bytes: size };
  });
}

/** Returns the file of a snapshot that is there. @throws StartError that lists those there are, if it is none of them */
export function existingSnapshot(folder: string, name: string): string {
  const file = snapshotFile(folder, name);
  if (fs.existsSync(file)) return file;
  const names = snapshotsIn(folder).map((snapshot) => snapshot.name);
  const remedy =
    names.length > 0 ? `there are ${names.join(", ")}.` : "take one first, with `npm run data -- snapshot NAME`.";
  throw new StartError(`There is no snapshot "${name}": ${remedy}`);
}
