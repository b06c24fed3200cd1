import { createRequire } from "node:module";
import type { Store } from "dynalite/db";
import { checkTypes, checkValidations, type Validation } from "dynalite/validations";
import { isObject, type JsonObject } from "./shared/json";

/** An error that DynamoDB answers a request with. */
export class DynamoDbError extends Error {
  constructor(
    readonly status: number,
    readonly body: JsonObject,
  ) {
    super(JSON.stringify(body));
  }

  /** Such as `ValidationException`. */
  get type(): string | undefined {
    return String(this.body.__type).split("#")[1];
  }
}

/** One of dynalite's operations. */
export interface Operation {
  readonly action: (store: Store, data: JsonObject, callback: (error: unknown, result?: JsonObject) => void) => void;
  readonly validation: Validation;
}

/** What dynalite knows; see its README for what each leaves out. */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable", "GetItem"],
  ...["ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan", "TagResource", "UntagResource", "UpdateItem"],
  "UpdateTable",
]);

/** dynalite does not know this parameter. */
const CONDITION_TYPES = { ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] } };

const load = createRequire(__filename);

/** Throws a DynamoDbError for what is not emulated. */
export function operation(name: string): Operation {
  if (!OPERATIONS.has(name))
    throw new DynamoDbError(400, {
      __type: "com.amazon.coral.service#UnknownOperationException",
      message: `${name} is not emulated.`,
    });
  const file = name.charAt(0).toLowerCase() + name.slice(1);
  const action: Operation["action"] = load(`dynalite/actions/${file}`);
  const validation: Validation = load(`dynalite/validations/${file}`);
  const { types } = validation;
  if (!("ConditionExpression" in types)) return { action, validation };
  return { action, validation: { ...validation, types: { ...types, ...CONDITION_TYPES } } };
}

/** The request without what its type does not know. Throws a DynamoDbError if DynamoDB would refuse it. */
export function validated(input: JsonObject, { types, custom }: Validation, store: Store): JsonObject {
  try {
    const data = checkTypes({ ...input }, types);
    checkValidations(data, types, custom, store);
    return data;
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

/** Does an operation with a validated request. Throws a DynamoDbError if DynamoDB would refuse it. */
export async function perform({ action }: Operation, data: JsonObject, store: Store): Promise<JsonObject> {
  let found: JsonObject | undefined;
  const remember = (item: JsonObject | undefined) => {
    found = item;
  };
  try {
    return await new Promise((resolve, reject) => {
      const view = data.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? watched(store, remember) : store;
      action(view, data, (error, result) => (error ? reject(error) : resolve(result ?? {})));
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (found && refusal?.type === "ConditionalCheckFailedException")
      throw new DynamoDbError(refusal.status, { ...refusal.body, Item: found });
    throw refusal ?? error;
  }
}

/** A store that tells which items are read from it. */
function watched(store: Store, tell: (item: JsonObject | undefined) => void): Store {
  return {
    ...store,
    getItemDb(table) {
      const items = store.getItemDb(table);
      return {
        ...items,
        get: (key, done) =>
          items.get(key, (error, item) => {
            tell(item);
            done(error, item);
          }),
      };
    },
  };
}

/** The answer that dynalite put on an error, if it is one of DynamoDB's. */
function refusalOf(error: unknown): DynamoDbError | undefined {
  if (!(error instanceof Error) || !("statusCode" in error) || !("body" in error)) return undefined;
  const { statusCode, body } = error;
  return typeof statusCode === "number" && isObject(body) ? new DynamoDbError(statusCode, body) : undefined;
}
