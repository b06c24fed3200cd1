import fs from "node:fs";
import path from "node:path";

/** A file of the API's bundle. */
export interface BundleFile {
  /** The path below the bundle's folder, with slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads every file of a bundle's folder, in the order of names: all of it goes into the image.
 *
 * @throws Error for anything that is neither a file nor a folder: links would mean something else inside the image.
 */
export function readBundle(folder: string): BundleFile[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) return [];
    if (!entry.isFile()) throw new Error(`${file} is neither a file nor a folder, and cannot be put into an image.`);
    return [{ name: path.relative(folder, file).replaceAll(path.sep, "/"), bytes: fs.readFileSync(file) }];
  });
  return files.sort((one, other) => (one.name < other.name ? -1 : 1));
}
