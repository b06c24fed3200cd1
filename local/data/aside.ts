import { once } from "node:events";
import fs from "node:fs";

/**
 * Writes a file aside first, so that it is whole or not there. If writing fails, nothing is left beside it either.
 *
 * @param write fills the stream, and resolves once it is finished
 * @throws whatever `write` throws, and the file system's error if the file cannot be made
 */
export async function writeAside(file: string, write: (into: fs.WriteStream) => Promise<void>): Promise<void> {
  const draft = `${file}.${process.pid}`;
  const into = fs.createWriteStream(draft, { flags: "wx" });
  // A draft that another process writes fails here, before the code that would remove it.
  await once(into, "open");
  try {
    await write(into);
    fs.renameSync(draft, file);
  } catch (error) {
    // A stream that was given up goes on to open its file, and holds it, until it is closed.
    const closed = new Promise<void>((resolve) => into.on("error", () => undefined).once("close", resolve));
    into.destroy();
    if (!into.closed) await closed;
    fs.rmSync(draft, { force: true });
    throw error;
  }
}
