import { DynamoDbError, invalid, invalidParameters } from "../errors";
import { type Projection, topNames } from "../expressions/projection";
import { checkKeyOf, checkKeyPart } from "../schema/keys";
import { type Index, type KeyAttribute, type KeySchema, keyNames, projectedNames, type Table } from "../schema/table";
import { entriesPrefix, entryKey, itemKey, itemsPrefix } from "../storage/keys";
import { attribute, type Item, pick } from "../values/attribute-value";

export type Select = "SPECIFIC_ATTRIBUTES" | "COUNT" | "ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES" | undefined;

/** Represents the table, or the index of it, that is queried or scanned. */
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

  /** The beginning of the keys of its entries. */
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

  /** Tells if a wanted attribute has to be read from the table, since the index lacks it. */
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

  /** Checks that a starting key has as many attributes as an entry's key. Throws a DynamoDbError in AWS's words. */
  checkStartSize(start: Item, message: string): void {
    if (Object.keys(start).length !== this.startKeyNames.size) throw invalid(message);
  }

  /** Checks one part of a starting key: of what is wrong with it, AWS does not say that it is about that key. */
  checkStartPart(start: Item, part: KeyAttribute): void {
    if (attribute(start, part.name) === undefined) throw invalid(INVALID_START);
    checkKeyPart(this.key, part, start);
  }

  /** Checks the part of a starting key that is the table's key. Throws a DynamoDbError in AWS's words. */
  checkStartTableKey(start: Item): void {
    try {
      checkKeyOf(this.table.key, pick(start, keyNames(this.table.key)));
    } catch (error) {
      throw error instanceof DynamoDbError ? invalid(`${INVALID_START}: ${error.message}`) : error;
    }
  }
}

/** AWS's words for a starting key that is wrong, if it says no more. */
export const INVALID_START = "The provided starting key is invalid";

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
