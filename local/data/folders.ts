import fs from "node:fs";
import path from "node:path";

// The folders of tables in a data folder. Every start reads this file, which therefore loads no database.

/** The folder of the tables in a data folder. */
export const tablesFolder = (data: string) => path.join(data, "dynamodb");
/** The folder of tables that wait to take the place of the present ones. */
export const nextFolder = (data: string) => path.join(data, "dynamodb.next");

/** Puts tables in their place that a killed replacement has left without. Every start and command calls it first. */
export function finishReplacement(data: string): void {
  const [folder, next] = [tablesFolder(data), nextFolder(data)];
  if (!fs.existsSync(folder) && fs.existsSync(next)) fs.renameSync(next, folder);
}

/** Returns the folders of tables that were replaced, oldest first. */
export function keptFolders(data: string): string[] {
  const names = fs.existsSync(data) ? fs.readdirSync(data) : [];
  return names
    .filter((name) => name.startsWith("dynamodb.kept-"))
    .sort()
    .map((name) => path.join(data, name));
}

/** Returns a free name for a folder of tables that are replaced at `now`, in epoch milliseconds. */
export function keptFolder(data: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  let name = path.join(data, `dynamodb.kept-${time}`);
  for (let count = 2; fs.existsSync(name); count++) name = path.join(data, `dynamodb.kept-${time}-${count}`);
  return name;
}
