import { EmptyKeyError, invalid, invalidParameters } from "../errors";
import type { Path } from "../expressions/tree";
import { type AttributeValue, attribute, type Item, typeOf } from "../values/attribute-value";
import { valueSize } from "../values/size";
import { type KeyAttribute, type KeySchema, keyNames, type Table } from "./table";

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MOST_HASH_BYTES = 2048;
const MOST_RANGE_BYTES = 1024;

/** Checks that a key has exactly the attributes of the table's key. Throws a DynamoDbError in AWS's words. */
export function checkKey(table: Table, key: Item): void {
  checkKeyOf(table.key, key);
}

/** Checks that a key has exactly the attributes of a schema. Throws a DynamoDbError in AWS's words. */
export function checkKeyOf(schema: KeySchema, key: Item): void {
  if (Object.keys(key).length !== keyNames(schema).length) throw keyMismatch();
  for (const part of partsOf(schema)) checkKeyPart(schema, part, key);
}

/** Checks that a key has one part of a schema. Throws a DynamoDbError in AWS's words. */
export function checkKeyPart(schema: KeySchema, part: KeyAttribute, key: Item): void {
  const value = attribute(key, part.name);
  if (value === undefined || typeOf(value) !== part.type) throw keyMismatch();
  const empty = emptyKind(value);
  if (empty !== undefined)
    throw new EmptyKeyError(
      `The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${part.name}`,
    );
  checkSize(schema, part, value);
}

export const keyMismatch = () => invalid("The provided key element does not match the schema");

/** Checks that an item can be stored in a table and its indexes. Throws a DynamoDbError in AWS's words. */
export function checkItemKeys(table: Table, item: Item): void {
  for (const part of partsOf(table.key)) {
    const value = attribute(item, part.name);
    if (value === undefined) throw invalidParameters(`Missing the key ${part.name} in the item`);
    if (typeOf(value) !== part.type)
      throw invalidParameters(`Type mismatch for key ${part.name} expected: ${part.type} actual: ${typeOf(value)}`);
    const empty = emptyKind(value);
    if (empty !== undefined)
      throw new EmptyKeyError(
        `The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${part.name}`,
      );
    checkSize(table.key, part, value);
  }
  checkIndexKeys(table, item);
}

/** Checks what an item has of the indexes' keys. Throws a DynamoDbError in AWS's words. */
export function checkIndexKeys(table: Table, item: Item): void {
  for (const { key, name: indexName } of table.indexes)
    for (const part of partsOf(key)) {
      const value = attribute(item, part.name);
      if (value === undefined) continue;
      if (typeOf(value) !== part.type)
        throw invalidParameters(
          `Type mismatch for Index Key ${part.name} Expected: ${part.type} Actual: ${typeOf(value)} IndexName: ${indexName}`,
        );
      const empty = emptyKind(value);
      if (empty !== undefined)
        throw new EmptyKeyError(
          "A value specified for a secondary index key is not supported. " +
            `The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${indexName}, IndexKey: ${part.name}`,
        );
      checkSize(key, part, value);
    }
}

/** Tells if an item has a key that fits an index: a new index leaves out the others. */
export function fitsIndex(key: KeySchema, item: Item): boolean {
  return partsOf(key).every((part) => {
    const value = attribute(item, part.name);
    return (
      value !== undefined &&
      typeOf(value) === part.type &&
      emptyKind(value) === undefined &&
      valueSize(value) <= most(key, part)
    );
  });
}

function checkSize(schema: KeySchema, part: KeyAttribute, value: AttributeValue): void {
  if (part.type === "N" || valueSize(value) <= most(schema, part)) return;
  throw invalidParameters(
    part === schema.hash
      ? `Size of hashkey has exceeded the maximum size limit of${MOST_HASH_BYTES} bytes`
      : `Aggregated size of all range keys has exceeded the size limit of ${MOST_RANGE_BYTES} bytes`,
  );
}

const most = (schema: KeySchema, part: KeyAttribute) => (part === schema.hash ? MOST_HASH_BYTES : MOST_RANGE_BYTES);

/** Checks that no path looks into a key of the table or of an index. Throws a DynamoDbError in AWS's words. */
export function checkPaths(table: Table, paths: Iterable<Path>): void {
  for (const [name, nested] of paths) {
    if (nested === undefined) continue;
    const isKeyOf = (schema: KeySchema) => partsOf(schema).some((part) => part.name === name);
    const kind = isKeyOf(table.key) ? "Key" : table.indexes.some(({ key }) => isKeyOf(key)) ? "IndexKey" : undefined;
    if (kind)
      throw invalid(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
          `${kind}: ${name}`,
      );
  }
}

/** The attributes of a key, the partition key first. */
export const partsOf = ({ hash, range }: KeySchema): readonly KeyAttribute[] => (range ? [hash, range] : [hash]);

/** Names the kind of an empty value; undefined for a value that is not empty. */
export function emptyKind(value: AttributeValue): "string" | "binary" | undefined {
  if ("S" in value && value.S === "") return "string";
  return "B" in value && value.B === "" ? "binary" : undefined;
}
