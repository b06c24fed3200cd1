import fs from "node:fs";
import { createRequire } from "node:module";
import { create, type Store } from "dynalite/db";
import { checkTypes, checkValidations, type Validation } from "dynalite/validations";
import type { Place } from "./definition/terraform";
import { isObject, type Json, type JsonObject } from "./json";
import { codeOf, messageOf, Problem } from "./problem";

/** An error that DynamoDB answers a request with. */
export class DynamoDbError extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}

/** What dynalite knows; see its README for what each leaves out. */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable", "GetItem"],
  ...["ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan", "TagResource", "UntagResource", "UpdateItem"],
  "UpdateTable",
]);

type Action = (store: Store, data: object, callback: (error: unknown, result?: JsonObject) => void) => void;

const load = createRequire(__filename);

/** DynamoDB's data on disk, and its operations. */
export class DynamoDbStore {
  private readonly operations = new Map<string, { readonly action: Action; readonly validation: Validation }>();

  private constructor(private readonly store: Store) {}

  /** Opens the data folder. Throws a Problem if another run has it open, or if it is damaged. */
  static async open(folder: string, { account, region }: Pick<Place, "account" | "region">): Promise<DynamoDbStore> {
    try {
      fs.mkdirSync(folder, { recursive: true });
      const store = create({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
      Object.assign(store.tableDb, { awsAccountId: account, awsRegion: region });
      await store.db.open();
      return new DynamoDbStore(store);
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (codeOf(cause) === "LEVEL_LOCKED")
        throw new Problem(`The data in ${folder} is in use by another run of the local cloud: stop that one first.`);
      throw new Problem(
        `The data in ${folder} cannot be read (${messageOf(cause)}): delete that folder to start with empty tables.`,
      );
    }
  }

  /**
   * Does one operation, such as `PutItem`, with its input as the API documents it. Throws a DynamoDbError for whatever
   * DynamoDB would refuse, and for what is not emulated.
   */
  async call(name: string, input: JsonObject): Promise<JsonObject> {
    const operation = this.operations.get(name) ?? this.load(name);
    try {
      const data = checkTypes({ ...input }, operation.validation.types);
      checkValidations(data, operation.validation.types, operation.validation.custom, this.store);
      return await new Promise((resolve, reject) => {
        operation.action(this.store, data, (error, result) => (error ? reject(error) : resolve(result ?? {})));
      });
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.store.db.close((error) => (error ? reject(error) : resolve()));
    });
  }

  private load(name: string) {
    if (!OPERATIONS.has(name))
      throw new DynamoDbError(400, {
        __type: "com.amazon.coral.service#UnknownOperationException",
        message: `${name} is not emulated.`,
      });
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    const operation: { action: Action; validation: Validation } = {
      action: load(`dynalite/actions/${file}`),
      validation: load(`dynalite/validations/${file}`),
    };
    this.operations.set(name, operation);
    return operation;
  }
}

/** The answer that dynalite put on an error, if it is one of DynamoDB's. */
function refusalOf(error: unknown): DynamoDbError | undefined {
  if (!(error instanceof Error) || !("statusCode" in error) || !("body" in error)) return undefined;
  const { statusCode, body } = error;
  return typeof statusCode === "number" && isObject(body) ? new DynamoDbError(statusCode, body) : undefined;
}

/** The member of an object; undefined if it is none. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}
