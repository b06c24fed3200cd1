import { DynamoDbError, invalid } from "../errors";
import { item, returnConsumedCapacity, returnItemCollectionMetrics } from "../requests/parameters";
import { list, map, required, structure, type ValueOf } from "../requests/shape";
import { UnitsByTable } from "../schema/capacity";
import { keyMismatch } from "../schema/keys";
import type { Table } from "../schema/table";
import { itemKey } from "../storage/keys";
import type { Item } from "../values/attribute-value";
import { type ItemWrite, itemCollectionMetrics, writeItem } from "../writing/item-write";
import { readDelete } from "./delete-item";
import { operation } from "./operation";
import { readPut } from "./put-item";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const MOST_REQUESTS = 25;

const writeRequest = structure("WriteRequest", {
  PutRequest: structure("PutRequest", { Item: required(item) }),
  DeleteRequest: structure("DeleteRequest", { Key: required(item) }),
});
const shape = structure("BatchWriteItemInput", {
  RequestItems: required(
    map(list(writeRequest), "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>", {
      max: MOST_REQUESTS,
      lengths: { min: 1, max: MOST_REQUESTS },
    }),
  ),
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
});

export const batchWriteItem = operation(shape, async (request, engine) => {
  const { RequestItems, ReturnConsumedCapacity, ReturnItemCollectionMetrics } = request;
  const tables = Object.keys(RequestItems);
  if (tables.length === 0) throw invalid("The requestItems parameter is required for BatchWriteItem");
  const writes = tables.flatMap((name) => (RequestItems[name] ?? []).map((write) => readWrite(name, write)));
  if (writes.length > MOST_REQUESTS) throw invalid("Too many items requested for the BatchWriteItem call");
  const written = await engine.writer.run((transaction) => {
    const places = writes.map((write) => {
      const table = engine.catalog.get(write.tableName);
      return itemKey(table, keyOf(table, write));
    });
    if (new Set(places).size < places.length) throw invalid("Provided list of item keys contains duplicates");
    return writes.map((write) => writeItem(engine, transaction, write));
  });
  const units = new UnitsByTable();
  const metrics: Record<string, unknown[]> = {};
  written.forEach((result, index) => {
    const name = writes[index]?.tableName ?? "";
    units.add(result.table, result.units);
    const metric = itemCollectionMetrics(ReturnItemCollectionMetrics, result);
    if (metric) metrics[name] = [...(metrics[name] ?? []), metric];
  });
  return {
    UnprocessedItems: {},
    ConsumedCapacity: units.consumed(ReturnConsumedCapacity),
    ItemCollectionMetrics: ReturnItemCollectionMetrics === "SIZE" ? metrics : undefined,
  };
});

/** The key that a write is for. Throws a DynamoDbError: in a batch AWS says the same of a wrong item as of a wrong key. */
function keyOf(table: Table, write: ItemWrite): Item {
  try {
    return write.keyIn(table);
  } catch (error) {
    const wrong = error instanceof DynamoDbError && /: (?:Missing the key|Type mismatch for key) /.test(error.message);
    throw wrong ? keyMismatch() : error;
  }
}

function readWrite(TableName: string, { PutRequest, DeleteRequest }: ValueOf<typeof writeRequest>): ItemWrite {
  if (PutRequest && !DeleteRequest) return readPut({ TableName, Item: PutRequest.Item });
  if (DeleteRequest && !PutRequest) return readDelete({ TableName, Key: DeleteRequest.Key });
  throw invalid(
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  );
}
