import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { openExport } from "../../local/data/export-format";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { type Described, describeTable } from "./describe";
import { fromWire, type WireItem } from "./wire";

/** Writes that are under way at once. */
const AT_ONCE = 25;

/** The number of items of a table that were written, kept and left out. */
export interface Restored {
  readonly table: string;
  written: number;
  /** The number of items that were in the table already, and stayed as they were. */
  kept: number;
  /** The number of items that were left out because DynamoDB would delete them: their time is over. */
  expired: number;
}

export interface RestoreSettings {
  /** Finds the table that takes the items of a table of the export; undefined leaves it out. */
  readonly target: (exported: string) => string | undefined;
  /** True writes over items that are there. */
  readonly overwrite: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Writes the items of an export into the tables that take them. What is there already is kept, so a restore that was
 * interrupted is run again, and several exports can be restored one after the other.
 *
 * @throws CommandError (refused) if a table is not there or has other keys; StartError if the file is not whole. Check the
 * file and the tables first: items are written as they are read
 */
export async function restoreTables(
  client: DynamoDBClient,
  file: string,
  settings: RestoreSettings,
): Promise<Restored[]> {
  const done: Restored[] = [];
  let table: Described | undefined;
  let into: Restored | undefined;
  const under = new Set<Promise<void>>();
  let failure: unknown;
  try {
    for await (const line of (await openExport(file)).lines) {
      if (failure !== undefined) break;
      settings.signal.throwIfAborted();
      if ("table" in line) {
        const name = settings.target(String(line.table.TableName));
        table = name === undefined ? undefined : await tableFor(client, name, line.table.KeySchema, settings.signal);
        into = name === undefined ? undefined : { table: name, written: 0, kept: 0, expired: 0 };
        if (into) done.push(into);
      } else if (table && into) {
        const write = writeItem(client, table, into, line.item as WireItem, settings)
          .catch((error: unknown) => {
            failure = error;
          })
          .finally(() => under.delete(write));
        under.add(write);
        if (under.size >= AT_ONCE) await Promise.race(under);
      }
    }
  } finally {
    await Promise.all(under);
  }
  if (failure !== undefined) throw failure;
  return done;
}

/**
 * Finds the tables of an export in an environment and compares their keys, without writing.
 *
 * @throws CommandError (refused) if one is not there or has other keys
 */
export async function checkTargets(
  client: DynamoDBClient,
  file: string,
  { target, signal }: Pick<RestoreSettings, "target" | "signal">,
): Promise<{ readonly from: string; readonly into: string | undefined }[]> {
  const found: { from: string; into: string | undefined }[] = [];
  for await (const line of (await openExport(file)).lines) {
    if (!("table" in line)) continue;
    const from = String(line.table.TableName);
    const into = target(from);
    if (into !== undefined) await tableFor(client, into, line.table.KeySchema, signal);
    found.push({ from, into });
  }
  return found;
}

async function tableFor(client: DynamoDBClient, name: string, keys: unknown, signal: AbortSignal): Promise<Described> {
  const table = await describeTable(client, name, signal);
  const refused = (mistake: string, remedy: string) =>
    new CommandError({ subject: "table", value: name, mistake, remedy, exitCode: EXIT.refused });
  if (table === undefined) throw refused("is not there", "deploy the environment first");
  if (JSON.stringify(table.line.table.KeySchema) === JSON.stringify(keys)) return table;
  throw refused(
    "has other keys than the exported table",
    "restore into an environment of the version that was exported",
  );
}

async function writeItem(
  client: DynamoDBClient,
  { line, keys: [hash = ""], timeToLive }: Described,
  into: Restored,
  item: WireItem,
  { overwrite, now, signal }: RestoreSettings,
): Promise<void> {
  const ends = timeToLive === undefined ? undefined : item[timeToLive]?.N;
  if (ends !== undefined && Number(ends) * 1000 <= now) {
    into.expired++;
    return;
  }
  try {
    const request = { TableName: String(line.table.TableName), Item: fromWire(item) };
    const condition = { ConditionExpression: "attribute_not_exists(#key)", ExpressionAttributeNames: { "#key": hash } };
    await client.send(new PutItemCommand(overwrite ? request : { ...request, ...condition }), { abortSignal: signal });
    into.written++;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    into.kept++;
  }
}
