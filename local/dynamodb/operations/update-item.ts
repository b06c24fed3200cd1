import { DynamoDbError, invalid, invalidParameters } from "../errors";
import { Placeholders } from "../expressions/placeholders";
import { project, projectionOf } from "../expressions/projection";
import type { Action } from "../expressions/tree";
import { updated } from "../expressions/update";
import { UpdateParser } from "../expressions/update-parser";
import { attributeUpdates, readAttributeUpdates } from "../legacy/attribute-updates";
import { checkMixture } from "../requests/expressions";
import { item } from "../requests/parameters";
import { required, structure, text, type ValueOf } from "../requests/shape";
import { checkIndexKeys, checkKey, checkPaths, partsOf } from "../schema/keys";
import type { Table } from "../schema/table";
import { emptyItem, type Item } from "../values/attribute-value";
import { checkItemSize } from "../values/limits";
import { readItem } from "../values/validate";
import { type ItemWrite, unlessEmpty, type Written } from "../writing/item-write";
import { operation } from "./operation";
import { answerWrite, readWriteCondition, singleWriteParameters, writeParameters } from "./single-write";

const common = { ...writeParameters, Key: required(item) };
/** The parameters of an Update in a transaction. */
export const update = { ...common, UpdateExpression: required(text()) };
const shape = structure("UpdateItemInput", {
  ...common,
  ...singleWriteParameters,
  UpdateExpression: text(),
  AttributeUpdates: attributeUpdates,
});
type UpdateRequest = ValueOf<typeof shape>;

export const updateItem = operation(shape, (request, engine) => {
  const write = readUpdate(request);
  return answerWrite(engine, write, request, (written) => returned(request.ReturnValues, write.actions, written));
});

function returned(
  mode: UpdateRequest["ReturnValues"],
  actions: readonly Action[],
  { before, after }: Written,
): Item | undefined {
  const changed = (of: Item | undefined) =>
    of && unlessEmpty(project(of, projectionOf(actions.map(({ path }) => path))));
  if (mode === "ALL_OLD") return before;
  if (mode === "ALL_NEW") return after;
  if (mode === "UPDATED_OLD") return changed(before);
  return mode === "UPDATED_NEW" ? changed(after) : undefined;
}

/** Reads an Update, by itself or of a transaction. Throws a DynamoDbError for what DynamoDB refuses. */
export function readUpdate(request: UpdateRequest): ItemWrite & { readonly actions: readonly Action[] } {
  const { AttributeUpdates, UpdateExpression } = request;
  checkMixture(
    request,
    ["UpdateExpression", "ConditionExpression"],
    ["AttributeUpdates", "Expected", "ConditionalOperator"],
  );
  const key = readItem(request.Key);
  const legacy = AttributeUpdates && readAttributeUpdates(AttributeUpdates);
  const given = new Placeholders(request);
  const parsed =
    UpdateExpression === undefined ? undefined : new UpdateParser("UpdateExpression", UpdateExpression, given).parse();
  const actions = parsed ?? legacy ?? [];
  const condition = readWriteCondition(request, given);
  return {
    actions,
    tableName: request.TableName,
    condition,
    returnsItemOnFailure: request.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
    keyIn(table) {
      checkActions(table, actions);
      checkKey(table, key);
      return key;
    },
    next(before, _key, table) {
      // An update that only takes something away does not make an item that is not there.
      if (!before && actions.length > 0 && actions.every(({ kind }) => kind === "remove" || kind === "delete"))
        return undefined;
      const after = legacy ? updatedAsBefore(before ?? key, legacy) : updated(before ?? key, actions);
      checkIndexKeys(table, after);
      checkItemSize(after, "Item size to update has exceeded the maximum allowed size");
      return after;
    },
  };
}

/** Applies AttributeUpdates to an item: AWS refuses values that do not go together in the older words. */
function updatedAsBefore(item: Item, actions: readonly Action[]): Item {
  try {
    return updated(item, actions);
  } catch (error) {
    const mismatch = error instanceof DynamoDbError && error.message.endsWith("has an incorrect data type");
    throw mismatch ? invalid("Type mismatch for attribute to update") : error;
  }
}

/** Checks that no action touches a key of the table, gives one of an index a wrong type, or looks into one. */
function checkActions(table: Table, actions: readonly Action[]): void {
  for (const { path } of actions)
    if (partsOf(table.key).some(({ name }) => name === path[0]))
      throw invalidParameters(`Cannot update attribute ${path[0]}. This attribute is part of the key`);
  const given = emptyItem();
  for (const action of actions)
    if (action.kind === "set" && action.value.kind === "value" && action.path.length === 1)
      given[String(action.path[0])] = action.value.value;
  checkIndexKeys(table, given);
  checkPaths(
    table,
    actions.map(({ path }) => path),
  );
}
