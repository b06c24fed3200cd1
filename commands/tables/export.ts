import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { type Contents, type ItemLine, openExport, type TableLine, writeExport } from "../../local/data/export-format";
import { type Described, describeTable } from "./describe";
import { toWire } from "./wire";

type Place = Parameters<typeof writeExport>[1];

export interface ExportProgress {
  readonly table: string;
  readonly items: number;
}

/**
 * Writes tables with their schemas and items into a file that holds its own checksum, and reads it back. It has the
 * format of `npm run data -- export`, so a local cloud can take it too. Every write that ended before is in it; one
 * that is made meanwhile may be, so stop what writes first if nothing may be lost.
 *
 * @throws StartError if there is such a file already, or it cannot be written or read back
 */
export async function exportTables(
  client: DynamoDBClient,
  tables: readonly string[],
  { file, place, signal }: { readonly file: string; readonly place: Place; readonly signal: AbortSignal },
  onTable: (progress: ExportProgress) => void,
): Promise<Contents> {
  const contents = await writeExport(file, place, lines(client, tables, signal, onTable));
  await checkExport(file);
  return contents;
}

/** Reads an export to its end. @throws StartError if it is not whole */
export async function checkExport(file: string): Promise<Contents> {
  const contents = { tables: 0, items: 0 };
  for await (const line of (await openExport(file)).lines)
    if ("table" in line) contents.tables++;
    else contents.items++;
  return contents;
}

async function* lines(
  client: DynamoDBClient,
  tables: readonly string[],
  signal: AbortSignal,
  onTable: (progress: ExportProgress) => void,
): AsyncGenerator<TableLine | ItemLine> {
  for (const table of tables) {
    const described: Described | undefined = await describeTable(client, table, signal);
    if (described === undefined) continue;
    yield described.line;
    let items = 0;
    for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
      signal.throwIfAborted();
      for (const item of page.Items ?? []) {
        items++;
        yield { item: toWire(item) as ItemLine["item"] };
      }
    }
    onTable({ table, items });
  }
}
