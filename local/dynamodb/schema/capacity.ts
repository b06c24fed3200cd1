import type { Index, Table } from "./table";

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html

/** The units that an operation took of a table and its indexes. */
export interface Units {
  readonly table: number;
  readonly indexes: ReadonlyMap<Index, number>;
}

export type CapacityMode = "INDEXES" | "TOTAL" | "NONE" | undefined;

/** Read units: one for each four kilobytes begun, half of it for an eventually consistent read. */
export const readUnits = (bytes: number, consistent: boolean) =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);

/**
 * The consumed capacity of one table as it is answered; undefined if it was not asked for.
 * @param kind in a transaction, whether it read or wrote, which is answered too
 */
export function consumedCapacity(mode: CapacityMode, table: Table, units: Units, kind?: "Read" | "Write") {
  if (mode !== "TOTAL" && mode !== "INDEXES") return undefined;
  const shown = (CapacityUnits: number) => ({
    CapacityUnits,
    ...(kind && { [`${kind}CapacityUnits`]: CapacityUnits }),
  });
  let total = units.table;
  for (const part of units.indexes.values()) total += part;
  if (mode === "TOTAL") return { TableName: table.name, ...shown(total) };
  const ofIndexes = (global: boolean) => {
    const found = [...units.indexes].filter(([index]) => index.global === global);
    return found.length === 0 ? undefined : Object.fromEntries(found.map(([index, part]) => [index.name, shown(part)]));
  };
  return {
    TableName: table.name,
    ...shown(total),
    Table: shown(units.table),
    LocalSecondaryIndexes: ofIndexes(false),
    GlobalSecondaryIndexes: ofIndexes(true),
  };
}

/** Adds up what the parts of a batch or transaction took of each table. */
export class UnitsByTable {
  private readonly units = new Map<string, { table: Table; own: number; indexes: Map<Index, number> }>();

  add(table: Table, { table: own, indexes }: Units, factor = 1): void {
    const sum = this.units.get(table.name) ?? { table, own: 0, indexes: new Map<Index, number>() };
    this.units.set(table.name, sum);
    sum.own += own * factor;
    for (const [index, part] of indexes) sum.indexes.set(index, (sum.indexes.get(index) ?? 0) + part * factor);
  }

  /** Returns the consumed capacity of each table; undefined if the request did not ask for it. */
  consumed(mode: CapacityMode, kind?: "Read" | "Write") {
    if (mode !== "TOTAL" && mode !== "INDEXES") return undefined;
    return [...this.units.values()].map(({ table, own, indexes }) =>
      consumedCapacity(mode, table, { table: own, indexes }, kind),
    );
  }
}

export const NO_INDEXES: ReadonlyMap<Index, number> = new Map();
