import type { Json } from "../../shared/json";
import { DynamoDbError, dynamoDbError, EmptyKeyError, invalid } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import { placeholders, readCondition } from "../requests/expressions";
import {
  item,
  returnConsumedCapacity,
  returnItemCollectionMetrics,
  returnValuesOnConditionCheckFailure,
  tableName,
} from "../requests/parameters";
import { list, required, structure, text, type ValueOf } from "../requests/shape";
import { UnitsByTable } from "../schema/capacity";
import { checkKey } from "../schema/keys";
import { itemKey } from "../storage/keys";
import { itemSize } from "../values/size";
import { readItem } from "../values/validate";
import { type ItemWrite, itemCollectionMetrics, type Written, writeItem } from "../writing/item-write";
import { deletion, readDelete } from "./delete-item";
import { operation } from "./operation";
import { put, readPut } from "./put-item";
import { readUpdate, update } from "./update-item";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const MOST_ACTIONS = 100;
const MOST_BYTES = 4 * 1024 * 1024;

const conditionCheck = structure("ConditionCheck", {
  TableName: required(tableName),
  Key: required(item),
  ConditionExpression: required(text()),
  ...placeholders,
  ReturnValuesOnConditionCheckFailure: returnValuesOnConditionCheckFailure,
});
const transactWriteItem = structure("TransactWriteItem", {
  ConditionCheck: conditionCheck,
  Put: structure("Put", put),
  Update: structure("Update", update),
  Delete: structure("Delete", deletion),
});
const shape = structure("TransactWriteItemsInput", {
  TransactItems: required(list(transactWriteItem, { min: 1, max: MOST_ACTIONS })),
  ClientRequestToken: text({ min: 1, max: 36 }),
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
});

export const transactWriteItems = operation(shape, async (request, engine, input) => {
  const { ClientRequestToken: token, ReturnConsumedCapacity, ReturnItemCollectionMetrics } = request;
  const writes = request.TransactItems.map(readAction);
  const done = await engine.writer.run((transaction) => {
    const before =
      token === undefined ? undefined : engine.tokens.find<readonly Written[]>(token, input.TransactItems ?? null);
    if (before) return { written: before, repeated: true };
    checkDistinct(writes, (name) => engine.catalog.get(name));
    const written = all(writes, (write) => writeItem(engine, transaction, write));
    checkSizes(written);
    if (token !== undefined)
      transaction.committed(() => engine.tokens.remember(token, input.TransactItems ?? null, written));
    return { written, repeated: false };
  });
  const units = new UnitsByTable();
  // A transaction takes twice the units of its writes, to prepare and to commit; repeated, it reads them instead.
  for (const { table, units: own } of done.written) units.add(table, own, 2);
  const metrics: Record<string, unknown[]> = {};
  for (const written of done.written) {
    const metric = itemCollectionMetrics(ReturnItemCollectionMetrics, written);
    if (metric) metrics[written.table.name] = [...(metrics[written.table.name] ?? []), metric];
  }
  return {
    ConsumedCapacity: units.consumed(ReturnConsumedCapacity, done.repeated ? "Read" : "Write"),
    ItemCollectionMetrics: ReturnItemCollectionMetrics === "SIZE" ? metrics : undefined,
  };
});

function readAction({ ConditionCheck, Put, Update, Delete }: ValueOf<typeof transactWriteItem>): ItemWrite {
  if ([ConditionCheck, Put, Update, Delete].filter((action) => action !== undefined).length !== 1)
    throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
  if (Put) return readPut(Put);
  if (Update) return readUpdate(Update);
  if (Delete) return readDelete(Delete);
  return readCheck(ConditionCheck as ValueOf<typeof conditionCheck>);
}

function readCheck(request: ValueOf<typeof conditionCheck>): ItemWrite {
  const key = readItem(request.Key);
  const given = new Placeholders(request);
  const condition = readCondition("ConditionExpression", request.ConditionExpression, given);
  given.checkUsed();
  return {
    tableName: request.TableName,
    condition,
    returnsItemOnFailure: request.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
    keyIn(table) {
      checkKey(table, key);
      return key;
    },
    // Only the condition counts.
    next: (before) => before,
  };
}

/**
 * Checks that no two actions are on one item. Throws the DynamoDbError that cancels the transaction if a key does not
 * fit its table: of several, AWS names the first, before any condition.
 */
export function checkDistinct(
  actions: readonly Pick<ItemWrite, "tableName" | "keyIn">[],
  tableOf: (name: string) => Written["table"],
): void {
  const places = new Set<string>();
  actions.forEach((action, index) => {
    const table = tableOf(action.tableName);
    let place: string;
    try {
      place = itemKey(table, action.keyIn(table));
    } catch (error) {
      throw cancellation(actions.map((_, other) => (other === index ? reasonOf(error) : NONE)));
    }
    if (places.has(place)) throw invalid("Transaction request cannot include multiple operations on one item");
    places.add(place);
  });
}

function checkSizes(written: readonly Written[]): void {
  const bytes = written.reduce((sum, { after, key }) => sum + itemSize(after ?? key), 0);
  if (bytes > MOST_BYTES) throw invalid("The aggregate size of the items in the transaction exceeds 4 MB");
}

/** Does everything, or throws the DynamoDbError that has a reason for each. */
export function all<A, R>(actions: readonly A[], run: (action: A) => R): R[] {
  const results: R[] = [];
  const reasons = actions.map((action) => {
    try {
      results.push(run(action));
      return NONE;
    } catch (error) {
      return reasonOf(error);
    }
  });
  if (results.length < actions.length) throw cancellation(reasons);
  return results;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Json;
}

const NONE: Reason = { Code: "None" };

/** Makes a cancellation reason of an error. Throws the error if it refuses the whole request instead. */
function reasonOf(error: unknown): Reason {
  const refuses =
    !(error instanceof DynamoDbError) || error instanceof EmptyKeyError || error.type === "ResourceNotFoundException";
  if (refuses) throw error;
  const { Item } = error.body;
  const Code = error.type === "ConditionalCheckFailedException" ? "ConditionalCheckFailed" : "ValidationError";
  return { Code, Message: error.message, ...(Item !== undefined && { Item }) };
}

function cancellation(reasons: readonly Reason[]): DynamoDbError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return dynamoDbError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons as never },
  );
}
