import fs from "node:fs";
import { FolderInUse, Store } from "../dynamodb/storage/store";
import type { Clock } from "../shared/clock";
import { messageOf, StartError } from "../shared/errors";
import { keptFolder, nextFolder, tablesFolder } from "./folders";

/**
 * Takes a data folder's tables away, and puts others in their place if there are any. What was there is kept beside it.
 * A process that is killed on the way leaves either the old tables or, by `finishReplacement`, the new ones.
 *
 * @param draft the folder of the new tables, which is moved
 * @returns the folder that keeps the old tables, if there were any
 * @throws StartError if a local cloud uses the tables, or a folder cannot be moved
 */
export async function replaceTables(data: string, clock: Clock, draft?: string): Promise<string | undefined> {
  await requireUnused(data, clock);
  const [folder, next] = [tablesFolder(data), nextFolder(data)];
  const kept = fs.existsSync(folder) ? keptFolder(data, clock.now()) : undefined;
  try {
    // Left by a replacement that was killed before it took effect.
    fs.rmSync(next, { recursive: true, force: true });
    if (draft !== undefined) fs.renameSync(draft, next);
    if (kept !== undefined) fs.renameSync(folder, kept);
    if (draft !== undefined) fs.renameSync(next, folder);
  } catch (error) {
    if (kept !== undefined && fs.existsSync(kept)) fs.renameSync(kept, folder);
    throw new StartError(
      `The tables in ${folder} cannot be replaced (${messageOf(error)}): make ${data} a folder that you may write to.`,
    );
  }
  return kept;
}

/** Throws if a local cloud uses the tables. Damaged ones are not in use, and may be replaced. */
export async function requireUnused(data: string, clock: Clock): Promise<void> {
  const folder = tablesFolder(data);
  if (!fs.existsSync(folder)) return;
  try {
    const store = await Store.open({ folder, clock, sync: false, hint: () => undefined });
    await store.close();
  } catch (error) {
    if (error instanceof FolderInUse || !(error instanceof StartError)) throw error;
  }
}
