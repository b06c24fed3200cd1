import { invalid, invalidParameters } from "../errors";
import { type Index, type KeyAttribute, type KeySchema, keyNames, type Throughput } from "../schema/table";
import type { AttributeDefinitions, CreateTableRequest, IndexRequest, KeySchemaRequest } from "./shapes";

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const MOST_LOCAL = 5;
const MOST_GLOBAL = 20;
const MOST_UNITS = 1_000_000_000_000;
/** The most attributes that all indexes together may include. */
const MOST_PROJECTED = 100;
const NO_THROUGHPUT: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** The keys and indexes of a CreateTable request, read and checked. */
export interface Specification {
  readonly key: KeySchema;
  readonly attributes: readonly KeyAttribute[];
  readonly indexes: readonly Index[];
}

/** Reads the keys and indexes of a new table. Throws a DynamoDbError, in AWS's words, for what does not fit together. */
export function readSpecification(request: CreateTableRequest): Specification {
  const { AttributeDefinitions: definitions, KeySchema, BillingMode } = request;
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = request;
  const attributes = readAttributes(definitions);
  if (KeySchema.length > definitions.length)
    throw invalid("Invalid KeySchema: Some index key attribute have no definition");
  const key = readKey(KeySchema, attributes);
  if (!local && !global && KeySchema.length !== definitions.length) throw unusedAttributes();
  const indexes: Index[] = [];
  const add = (request: IndexRequest, isGlobal: boolean) => {
    const index = readIndex(request, attributes, {
      id: indexes.length + 1,
      global: isGlobal,
      onDemand: BillingMode === "PAY_PER_REQUEST",
      tableKey: key,
    });
    if (indexes.some(({ name }) => name === index.name)) throw invalidParameters(`Duplicate index name: ${index.name}`);
    indexes.push(index);
  };
  if (local) {
    if (local.length === 0) throw invalidParameters("List of LocalSecondaryIndexes is empty");
    if (!key.range)
      throw invalidParameters(
        "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
      );
    for (const request of local) add(request, false);
    if (local.length > MOST_LOCAL)
      throw invalidParameters(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MOST_LOCAL}`);
  }
  if (global) {
    if (global.length === 0) throw invalidParameters("List of GlobalSecondaryIndexes is empty");
    for (const request of global) add(request, true);
    if (global.length > MOST_GLOBAL)
      throw invalidParameters(`GlobalSecondaryIndex count exceeds the per-table limit of ${MOST_GLOBAL}`);
  }
  checkUsed(attributes, key, indexes);
  return { key, attributes, indexes };
}

/** The facts about an index that its own request does not contain. */
interface IndexPlace {
  readonly id: number;
  readonly global: boolean;
  readonly onDemand: boolean;
  readonly tableKey: KeySchema;
}

/** Reads an index. Throws a DynamoDbError, in AWS's words, for what does not fit together. */
export function readIndex(
  { IndexName: name, KeySchema, Projection, ProvisionedThroughput }: IndexRequest,
  attributes: readonly KeyAttribute[],
  { id, global, onDemand, tableKey }: IndexPlace,
): Index {
  const key = readKey(KeySchema, attributes);
  if (!global) checkLocalKey(name, key, tableKey);
  const { ProjectionType: projection, NonKeyAttributes: nonKeyAttributes = [] } = Projection;
  if (projection === undefined) throw invalidParameters("Unknown ProjectionType: null");
  if (projection === "INCLUDE" ? nonKeyAttributes.length === 0 : Projection.NonKeyAttributes !== undefined)
    throw invalidParameters(
      `ProjectionType is ${projection}, but NonKeyAttributes is ${projection === "INCLUDE" ? "not " : ""}specified`,
    );
  if (new Set(nonKeyAttributes).size < nonKeyAttributes.length)
    throw invalidParameters(`Duplicate attribute names in NonKeyAttributes for index: ${name}`);
  if (global && onDemand && ProvisionedThroughput)
    throw invalidParameters(
      `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
    );
  if (global && !onDemand && !ProvisionedThroughput)
    throw invalidParameters(`ProvisionedThroughput is not specified for index: ${name}`);
  if (ProvisionedThroughput) checkThroughput(ProvisionedThroughput);
  return {
    id,
    name,
    global,
    key,
    projection,
    nonKeyAttributes,
    status: "ACTIVE",
    throughput: ProvisionedThroughput ?? NO_THROUGHPUT,
  };
}

/** Reads the billing mode and throughput. Throws a DynamoDbError if they contradict each other. */
export function readBilling({ BillingMode: mode = "PROVISIONED", ProvisionedThroughput: units }: CreateTableRequest) {
  if (mode === "PAY_PER_REQUEST") {
    if (units)
      throw invalidParameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    return { mode, throughput: NO_THROUGHPUT };
  }
  if (!units)
    throw invalidParameters(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
  checkThroughput(units);
  return { mode, throughput: units };
}

export function checkThroughput(units: Throughput): void {
  for (const name of ["ReadCapacityUnits", "WriteCapacityUnits"] as const)
    if (units[name] > MOST_UNITS) throw invalid(`Given value ${units[name]} for ${name} is out of bounds`);
}

/** Reads the attributes that keys are made of. Throws a DynamoDbError if one is defined twice. */
export function readAttributes(definitions: AttributeDefinitions): KeyAttribute[] {
  const attributes = definitions.map(({ AttributeName: name, AttributeType: type }) => ({ name, type }));
  const names = attributes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalidParameters(`Duplicate AttributeName in AttributeDefinitions: ${twice}`);
  return attributes;
}

/** Checks that every attribute is part of a key, and that the indexes project no more than they may. */
export function checkUsed(attributes: readonly KeyAttribute[], key: KeySchema, indexes: readonly Index[]): void {
  const used = new Set([key, ...indexes.map((index) => index.key)].flatMap(keyNames));
  if (attributes.some(({ name }) => !used.has(name))) {
    const names = attributes.map(({ name }) => name).join(", ");
    throw invalidParameters(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${names}], keys used: [${[...used].join(", ")}]`,
    );
  }
  const projected = indexes.reduce((sum, { nonKeyAttributes }) => sum + nonKeyAttributes.length, 0);
  if (projected > MOST_PROJECTED)
    throw invalidParameters(
      `Number of NonKeyAttributes exceeds the per-table limit of ${MOST_PROJECTED} for all secondary indexes`,
    );
}

const unusedAttributes = () =>
  invalidParameters(
    "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
  );

function readKey(schema: KeySchemaRequest, attributes: readonly KeyAttribute[]): KeySchema {
  const names = schema.map(({ AttributeName }) => AttributeName);
  const [hash, range] = names.map((name) => attributes.find((attribute) => attribute.name === name));
  if (!hash || (names.length > 1 && !range))
    throw invalidParameters(
      "Some index key attributes are not defined in AttributeDefinitions. " +
        `Keys: [${names.join(", ")}], AttributeDefinitions: [${attributes.map(({ name }) => name).join(", ")}]`,
    );
  if (range && hash.name === range.name)
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  if (schema[0]?.KeyType !== "HASH")
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (schema[1] && schema[1].KeyType !== "RANGE")
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  return range ? { hash, range } : { hash };
}

function checkLocalKey(name: string, key: KeySchema, { hash }: KeySchema): void {
  if (!key.range) throw invalidParameters(`Index KeySchema does not have a range key for index: ${name}`);
  if (key.hash.name !== hash.name)
    throw invalidParameters(
      "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
        `${name}. index hash key: ${key.hash.name}, table hash key: ${hash.name}`,
    );
}
