import type { Types, Validation } from "dynalite/validations";
import { type Operation, operation } from "./dynamodb-operations";
import { isObject, type Json, type JsonObject } from "./shared/json";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const MAX_ACTIONS = 100;
const LONGEST_TOKEN = 36;

/** What an action does: an operation on one item. */
interface ActionKind {
  readonly operation: Operation;
  /** The operation's parameters that an action has, too. */
  readonly parameters: readonly string[];
  readonly required?: string;
  /** Only the condition counts: nothing is written. */
  readonly checksOnly?: true;
}

type ActionKinds = Readonly<Record<string, ActionKind>>;

/** One action of a request. */
export interface Action {
  readonly kind: ActionKind;
  readonly data: JsonObject;
}

/** How a request is checked, and what it asks for. */
export interface TransactionRequest {
  readonly validation: Validation;
  /** The actions of a valid request, in their order. */
  actions(request: JsonObject): readonly Action[];
}

const ITEM = ["TableName", "ExpressionAttributeNames"];
const CONDITION = ["ConditionExpression", "ExpressionAttributeValues", "ReturnValuesOnConditionCheckFailure"];

export const transactGet = transactionRequest("TransactItems can only contain Get", {
  Get: { operation: operation("GetItem"), parameters: [...ITEM, "Key", "ProjectionExpression"] },
});

export const transactWrite = transactionRequest("TransactItems can only contain one of Check, Put, Update or Delete", {
  ConditionCheck: {
    operation: operation("DeleteItem"),
    parameters: [...ITEM, "Key", ...CONDITION],
    required: "ConditionExpression",
    checksOnly: true,
  },
  Put: { operation: operation("PutItem"), parameters: [...ITEM, "Item", ...CONDITION] },
  Update: {
    operation: operation("UpdateItem"),
    parameters: [...ITEM, "Key", "UpdateExpression", ...CONDITION],
    required: "UpdateExpression",
  },
  Delete: { operation: operation("DeleteItem"), parameters: [...ITEM, "Key", ...CONDITION] },
});

/** @param notOneAction what is said of an item that is not exactly one action */
function transactionRequest(notOneAction: string, kinds: ActionKinds): TransactionRequest {
  const actions: TransactionRequest["actions"] = ({ TransactItems: items }) =>
    (Array.isArray(items) ? items : []).flatMap((item: Json) =>
      Object.entries(isObject(item) ? item : {}).flatMap(([name, data]) => {
        const kind = kinds[name];
        return kind && isObject(data) ? { kind, data } : [];
      }),
    );
  return {
    actions,
    validation: {
      types: typesOf(kinds),
      custom(request, store) {
        const items: readonly Json[] = Array.isArray(request.TransactItems) ? request.TransactItems : [];
        if (items.length > MAX_ACTIONS)
          return `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_ACTIONS}`;
        if (!items.every((item) => isObject(item) && Object.keys(item).length === 1)) return notOneAction;
        for (const { kind, data } of actions(request)) {
          const problem = kind.operation.validation.custom?.(data, store);
          if (problem) return problem;
        }
        return undefined;
      },
    },
  };
}

/** The types of a request, in the form that dynalite checks. */
function typesOf(kinds: ActionKinds): Types {
  const actions = Object.entries(kinds).map(([name, { operation, parameters, required }]) => {
    const types = parameters.map((parameter) => [
      parameter,
      parameter === required ? { type: "String", notNull: true } : operation.validation.types[parameter],
    ]);
    return [name, { type: `FieldStruct<${name}>`, children: Object.fromEntries(types) }];
  });
  return {
    ReturnConsumedCapacity: { type: "String", enum: ["INDEXES", "TOTAL", "NONE"] },
    ReturnItemCollectionMetrics: { type: "String", enum: ["SIZE", "NONE"] },
    ClientRequestToken: { type: "String", lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: LONGEST_TOKEN },
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      children: { type: "ValueStruct<TransactItem>", children: Object.fromEntries(actions) },
    },
  };
}
