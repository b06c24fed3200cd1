import fs from "node:fs";
import path from "node:path";
import type { Place } from "../definition/terraform";
import { Engine } from "../dynamodb/engine";
import { DynamoDbError, invalid } from "../dynamodb/errors";
import { createTable } from "../dynamodb/operations/create-table";
import { updateTimeToLive } from "../dynamodb/operations/time-to-live";
import { item } from "../dynamodb/requests/parameters";
import { readRequest } from "../dynamodb/requests/read";
import { required, structure } from "../dynamodb/requests/shape";
import { checkKey } from "../dynamodb/schema/keys";
import { keyNames, type Table } from "../dynamodb/schema/table";
import { itemKey, itemsPrefix, rangeOf } from "../dynamodb/storage/keys";
import type { Transaction } from "../dynamodb/storage/writer";
import { type Item, pick } from "../dynamodb/values/attribute-value";
import { readItem } from "../dynamodb/values/validate";
import { addEntry } from "../dynamodb/writing/item-writer";
import type { Clock } from "../shared/clock";
import { StartError } from "../shared/errors";
import type { JsonObject } from "../shared/json";
import { createTableRequest } from "./create-table-request";
import { type Contents, damaged, type ItemLine, openExport, type TableLine, writeExport } from "./export-format";
import { finishReplacement, tablesFolder } from "./folders";
import { replaceTables, requireUnused } from "./replacement";

/** The items that are written at once. */
const BATCH = 500;
/** The place of tables that are in none, which is only so if there are no tables. */
const NOWHERE: Place = { partition: "aws", region: "us-east-1", account: "000000000000", suffix: "amazonaws.com" };
const itemShape = structure("PutItemInput", { Item: required(item) });

/**
 * Writes the tables of a data folder into a file: what they are made with, and their items. Keys, logs and the records
 * of streams are not in it.
 *
 * @throws StartError if a local cloud uses the folder, it is damaged, or the file exists or cannot be written
 */
export async function exportTables(data: string, file: string, clock: Clock): Promise<Contents> {
  finishReplacement(data);
  const folder = tablesFolder(data);
  if (!fs.existsSync(folder))
    throw new StartError(
      `There are no tables in ${data}: run \`npm start\` first, or name another folder with --data.`,
    );
  const engine = await open(folder, NOWHERE, clock);
  try {
    return await writeExport(file, placeOf(engine.catalog.all()), lines(engine));
  } finally {
    await engine.close();
  }
}

/** The place and the names that tables of another place get when they are imported. */
export interface Arrival {
  readonly place?: Place;
  readonly rename?: (table: string) => string;
}

/**
 * Replaces the tables of a data folder by those of an export. The new ones are made aside: until all are there, and the
 * file has turned out to be whole, nothing changes. Streams begin anew and empty.
 *
 * @param arrival - what they become here; as they were unless given
 * @returns what was imported, and the folder that keeps the tables that were there before
 * @throws StartError if a local cloud uses the folder or the file is damaged, foreign or of another version
 */
export async function importTables(
  data: string,
  file: string,
  clock: Clock,
  arrival: Arrival = {},
): Promise<Contents & { readonly kept: string | undefined }> {
  finishReplacement(data);
  await requireUnused(data, clock);
  const { place: origin, lines } = await openExport(file);
  const { place = origin, rename = (table) => table } = arrival;
  const draft = path.join(data, `dynamodb.import-${process.pid}`);
  try {
    const engine = await open(draft, place, clock);
    let contents: Contents;
    try {
      contents = await fill(engine, lines, rename);
    } finally {
      await engine.close();
    }
    return { ...contents, kept: await replaceTables(data, clock, draft) };
  } catch (error) {
    // The checksum is right and a table or an item is not: somebody changed the file by hand.
    throw error instanceof DynamoDbError ? damaged(file, error.message) : error;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

const open = (folder: string, place: Place, clock: Clock) =>
  Engine.open({ folder, place, clock, sync: false, hint: () => undefined });

/** Returns the place of tables, as their ARNs say it. */
function placeOf([table]: readonly Table[]): Place {
  const [, partition = "", , region = "", account = ""] = table?.arn.split(":") ?? [];
  return table ? { ...NOWHERE, partition, region, account } : NOWHERE;
}

async function* lines({ catalog, store }: Engine): AsyncGenerator<TableLine | ItemLine> {
  for (const name of catalog.names()) {
    const table = catalog.get(name);
    const { timeToLive } = table;
    yield {
      table: createTableRequest(table) as unknown as JsonObject,
      ...(timeToLive !== undefined && { timeToLive }),
    };
    for await (const [, text] of store.entries(rangeOf(itemsPrefix(table)))) yield { item: JSON.parse(text) };
  }
}

async function fill(
  engine: Engine,
  lines: AsyncIterable<TableLine | ItemLine>,
  rename: (table: string) => string,
): Promise<Contents> {
  let [tables, items] = [0, 0];
  let table: Table | undefined;
  let batch: Item[] = [];
  const write = async () => {
    const [target, written] = [table, batch];
    batch = [];
    if (target) await engine.writer.run((transaction) => putAll(transaction, target, written));
  };
  for await (const line of lines) {
    if ("table" in line) {
      await write();
      const TableName = rename(String(line.table.TableName));
      table = await makeTable(engine, { ...line, table: { ...line.table, TableName } });
      tables++;
    } else {
      batch.push(checkedItem(table, line));
      items++;
      if (batch.length >= BATCH) await write();
    }
  }
  await write();
  return { tables, items };
}

/** Puts items into a new table and its indexes, and not into its stream: what is imported is no change. */
function putAll(transaction: Transaction, table: Table, items: readonly Item[]): void {
  for (const each of items) {
    transaction.put(itemKey(table, each), JSON.stringify(each));
    for (const index of table.indexes) addEntry(transaction, table, index, each);
  }
}

async function makeTable(engine: Engine, { table, timeToLive }: TableLine): Promise<Table> {
  await createTable.answer(table, engine);
  const TableName = String(table.TableName);
  const TimeToLiveSpecification = timeToLive !== undefined && { Enabled: true, AttributeName: timeToLive };
  if (TimeToLiveSpecification) await updateTimeToLive.answer({ TableName, TimeToLiveSpecification }, engine);
  return engine.catalog.get(TableName);
}

/** Reads an item as PutItem does. An index may lack it, if its key there is of another type, as after UpdateTable. */
function checkedItem(table: Table | undefined, line: ItemLine): Item {
  if (!table) throw invalid("An item comes before its table");
  const { Item } = readRequest({ Item: line.item }, itemShape);
  const checked = readItem(Item);
  checkKey(table, pick(checked, keyNames(table.key)));
  return checked;
}
