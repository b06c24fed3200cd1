/** An entry of an archive. */
export interface TarEntry {
  /** The path inside the archive, with slashes and without one at either end. */
  readonly name: string;
  readonly mode: number;
  /** A file's content; undefined for a folder. */
  readonly bytes: Uint8Array | undefined;
}

const BLOCK = 512;

/**
 * The date of every entry, in seconds since 1970: midnight of 1 January 1980 UTC, as in the zips of the functions. Some
 * programs take 0 for a missing date.
 */
const DATE = Date.UTC(1980, 0, 1) / 1000;

/**
 * Makes a tar archive whose bytes depend on the entries and nothing else: one date, root as the owner, no names of users.
 * The format is POSIX ustar; see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 *
 * It is written here, and not taken from a package, because its bytes decide the image's digest: a package's next
 * version could change every one of them.
 *
 * @throws Error for a path that the format cannot hold.
 */
export function tar(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap((entry) => {
    const bytes = entry.bytes ?? new Uint8Array();
    return [header(entry, bytes.length), bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  // Two blocks of zeros end an archive.
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}

function header({ name, mode, bytes }: TarEntry, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const [prefix, rest] = splitName(bytes ? name : `${name}/`);
  block.write(rest, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(DATE, 12), 136);
  // The checksum is made as if its own field were blanks.
  block.write(" ".repeat(8), 148);
  block.write(bytes ? "0" : "5", 156);
  block.write("ustar\u000000", 257);
  block.write(octal(0, 8), 329);
  block.write(octal(0, 8), 337);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** Returns a number in a field's width, which a zero ends. Eleven octal digits are 8 GiB, and Lambda takes 10 GB in all. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

/** Returns a path in the two fields it may take: 155 bytes, a slash that is not written, and 100 bytes. */
function splitName(name: string): readonly [prefix: string, rest: string] {
  if (Buffer.byteLength(name) <= 100) return ["", name];
  for (let at = name.indexOf("/"); at > 0 && at < name.length - 1; at = name.indexOf("/", at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100) return [prefix, rest];
  }
  throw new Error(`The path ${name} is too long for an image's layer: shorten it.`);
}
