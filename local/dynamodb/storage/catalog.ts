import { messageOf } from "../../shared/errors";
import { parseJson } from "../../shared/json";
import { dynamoDbError, notFound } from "../errors";
import type { Index, Table } from "../schema/table";
import {
  COUNTERS,
  DELETED,
  deletedKey,
  entriesPrefix,
  indexesPrefix,
  itemsPrefix,
  rangeOf,
  TABLES,
  tableKey,
} from "./keys";
import type { Store } from "./store";
import type { Transaction, Writer } from "./writer";

interface Counters {
  readonly nextId: number;
}

/** The tables there are. They are kept in memory; every change of one goes to the store first. */
export class Catalog {
  private readonly tables = new Map<string, Table>();
  private readonly clearing = new Set<Promise<void>>();
  private nextId = 1;

  private constructor(
    private readonly store: Store,
    private readonly writer: Writer,
    private readonly hint: (text: string) => void,
  ) {}

  /** Reads the tables, and goes on with clearing away what a killed run has left to clear. */
  static async load(store: Store, writer: Writer, hint: (text: string) => void): Promise<Catalog> {
    const catalog = new Catalog(store, writer, hint);
    const counters = parseJson(store.get(COUNTERS) ?? "null") as Counters | null;
    catalog.nextId = counters?.nextId ?? 1;
    for await (const [, value] of store.entries(TABLES)) {
      const table = JSON.parse(value) as Table;
      catalog.tables.set(table.name, table);
    }
    for await (const [key] of store.entries(DELETED)) await catalog.clear(key.slice(1));
    return catalog;
  }

  /** The names of all tables in their order. */
  names(): string[] {
    return [...this.tables.keys()].sort();
  }

  all(): Table[] {
    return [...this.tables.values()];
  }

  find(name: string): Table | undefined {
    return this.tables.get(name);
  }

  /** The table of this name, or of this ARN. Throws a DynamoDbError, as operations on items do, if there is none. */
  get(nameOrArn: string): Table {
    const table = this.tables.get(tableName(nameOrArn));
    if (!table) throw notFound();
    return table;
  }

  /** The table of this name. Throws a DynamoDbError, as operations on tables do, if there is none. */
  described(nameOrArn: string): Table {
    const name = tableName(nameOrArn);
    const table = this.tables.get(name);
    if (!table) throw notFound(`Requested resource not found: Table: ${name} not found`);
    return table;
  }

  /** The table of this ARN; undefined if there is none. */
  byArn(arn: string): Table | undefined {
    return this.all().find((table) => table.arn === arn);
  }

  /** A number that no table or stream had before. */
  newId(transaction: Transaction): number {
    const id = this.nextId++;
    transaction.put(COUNTERS, JSON.stringify({ nextId: this.nextId } satisfies Counters));
    return id;
  }

  /** Adds a table. Throws a DynamoDbError if there is one of its name. */
  add(transaction: Transaction, table: Table): void {
    if (transaction.get(tableKey(table.name)) !== undefined)
      throw dynamoDbError("ResourceInUseException", `Table already exists: ${table.name}`);
    this.replace(transaction, table);
  }

  /** The state that a change of a table starts from. Throws a DynamoDbError if there is no such table. */
  toChange(transaction: Transaction, nameOrArn: string): Table {
    const text = transaction.get(tableKey(tableName(nameOrArn)));
    if (text === undefined) throw notFound(`Requested resource not found: Table: ${tableName(nameOrArn)} not found`);
    return JSON.parse(text) as Table;
  }

  /** Stores another state of a table. */
  replace(transaction: Transaction, table: Table): void {
    transaction.put(tableKey(table.name), JSON.stringify(table));
    transaction.committed(() => this.tables.set(table.name, table));
  }

  /** Removes a table; its items and entries are cleared away afterwards. */
  remove(transaction: Transaction, table: Table): void {
    transaction.delete(tableKey(table.name));
    transaction.committed(() => this.tables.delete(table.name));
    for (const prefix of [itemsPrefix(table), indexesPrefix(table)]) this.discard(transaction, prefix);
  }

  /** Clears away the entries of an index that the table has no more. */
  removeIndex(transaction: Transaction, table: Table, index: Index): void {
    this.discard(transaction, entriesPrefix(table, index));
  }

  /** Waits until everything that was deleted is cleared away. */
  async settled(): Promise<void> {
    await Promise.all(this.clearing);
  }

  private discard(transaction: Transaction, prefix: string): void {
    transaction.put(deletedKey(prefix), "");
    transaction.committed(() => {
      const clearing = this.clear(prefix)
        .catch((error: unknown) =>
          this.hint(`A deleted table or index is cleared away at the next start: ${messageOf(error)}`),
        )
        .finally(() => this.clearing.delete(clearing));
      this.clearing.add(clearing);
    });
  }

  private async clear(prefix: string): Promise<void> {
    await this.store.clear(rangeOf(prefix));
    await this.writer.run((transaction) => transaction.delete(deletedKey(prefix)));
  }
}

/** The name of a table that is given by name or by ARN. */
export function tableName(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? (/:table\/([^/]+)$/.exec(nameOrArn)?.[1] ?? nameOrArn) : nameOrArn;
}
