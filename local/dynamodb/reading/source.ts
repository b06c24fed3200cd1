import { DynamoDbError, invalid, invalidParameters } from "../errors";
import { type Projection, topNames } from "../expressions/projection";
import { entriesPrefix, entryKey, itemKey, itemsPrefix } from "../storage/keys";
import { checkKeyOf, keyMismatch } from "../tables/keys";
import { type Index, type KeySchema, keyNames, projectedNames, type Table } from "../tables/table";
import { type Item, pick } from "../values/attribute-value";

export type Select = "SPECIFIC_ATTRIBUTES" | "COUNT" | "ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES" | undefined;

/** What is queried or scanned: a table, or one of its indexes. */
export class Source {
  readonly key: KeySchema;

  constructor(
    readonly table: Table,
    readonly index: Index | undefined,
  ) {
    this.key = index?.key ?? table.key;
  }

  /** Finds it. Throws a DynamoDbError if the table has no such index, or it cannot be read in this way. */
  static of(table: Table, indexName: string | undefined, consistent: boolean | undefined): Source {
    if (indexName === undefined) return new Source(table, undefined);
    const index = table.indexes.find(({ name }) => name === indexName);
    if (!index) throw invalid(`The table does not have the specified index: ${indexName}`);
    if (index.global && consistent) throw invalid("Consistent reads are not supported on global secondary indexes");
    if (index.status === "CREATING") throw invalid(`Cannot read from backfilling global secondary index: ${indexName}`);
    return new Source(table, index);
  }

  /** What the keys of its entries begin with. */
  get prefix(): string {
    return this.index ? entriesPrefix(this.table, this.index) : itemsPrefix(this.table);
  }

  /** The names of the attributes that tell an entry: those of its key and of the table's. */
  get startKeyNames(): ReadonlySet<string> {
    return new Set([...keyNames(this.key), ...keyNames(this.table.key)]);
  }

  /** The key of the entry of an item, of which the attributes above are enough. */
  entryKey(item: Item): string {
    return (this.index ? entryKey(this.table, this.index, item) : undefined) ?? itemKey(this.table, item);
  }

  /** Whether what is wanted has to be read from the table, since the index has it not. */
  readsTable(select: Select, projection: Projection | undefined): boolean {
    const { index, table } = this;
    const names = index && projectedNames(table, index);
    if (!names) return false;
    const missing = projection ? topNames(projection).filter((name) => !names.has(name)) : [];
    if (!index.global) return select === "ALL_ATTRIBUTES" || missing.length > 0;
    if (select === "ALL_ATTRIBUTES")
      throw invalidParameters(
        `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
      );
    if (missing.length > 0)
      throw invalidParameters(`Global secondary index ${index.name} does not project [${missing.join(", ")}]`);
    return false;
  }

  /** Checks where to go on. Throws a DynamoDbError if that cannot be the key of an entry. */
  checkStartKey(start: Item): void {
    const { table, index } = this;
    const invalidStart = (reason = "") => invalid(`The provided starting key is invalid${reason}`);
    if (Object.keys(start).length !== this.startKeyNames.size)
      throw index ? invalidStart() : invalidStart(`: ${keyMismatch().message}`);
    // What is wrong with the index's key AWS says plainly, and of the table's that it is about the starting key.
    if (index) {
      const key = pick(start, keyNames(index.key));
      if (Object.keys(key).length < keyNames(index.key).length) throw invalidStart();
      checkKeyOf(index.key, key);
    }
    try {
      checkKeyOf(table.key, pick(start, keyNames(table.key)));
    } catch (error) {
      throw error instanceof DynamoDbError ? invalidStart(`: ${error.message}`) : error;
    }
  }
}

interface Selection {
  readonly Select?: Select;
  readonly IndexName?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

/** Checks that Select and the projection agree. Throws a DynamoDbError in AWS's words. */
export function checkSelect({ Select: select, IndexName, ProjectionExpression, AttributesToGet }: Selection): void {
  const given =
    ProjectionExpression !== undefined ? "ProjectionExpression" : AttributesToGet ? "AttributesToGet" : undefined;
  if (select === "SPECIFIC_ATTRIBUTES" && !given)
    throw invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  if (select === "ALL_PROJECTED_ATTRIBUTES" && IndexName === undefined)
    throw invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  if (select !== undefined && select !== "SPECIFIC_ATTRIBUTES" && given)
    throw invalid(`Cannot specify the ${given} when choosing to get ${select === "COUNT" ? "only the Count" : select}`);
}
