import { createHash } from "node:crypto";
import { type Items, itemSize, type Store, type Write } from "dynalite/db";
import { DynamoDbError, perform, validated } from "./dynamodb-operations";
import { isObject, type JsonObject } from "./shared/json";
import { type Action, type TransactionRequest, transactGet, transactWrite } from "./transaction-requests";

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFE = 10 * 60 * 1000;

/** How an action would turn out. */
interface Trial {
  /** Of the item, across all tables; undefined if the action failed before it came to the item. */
  readonly key: string | undefined;
  /** Of the item as the action leaves it, in bytes. */
  readonly size: number;
  readonly writes: readonly Write[];
  readonly result: JsonObject;
  readonly refusal: DynamoDbError | undefined;
}

/**
 * TransactWriteItems and TransactGetItems, which dynalite lacks. Every action is tried out on a view of the store that
 * keeps what would be written. If none fails, all of it is written in one batch of LevelDB, which is there as a whole or
 * not at all, even if the process is killed.
 *
 * Nothing else may use the store meanwhile. Tokens of completed requests are forgotten when the process ends.
 */
export class Transactions {
  private readonly completed = new Map<string, { readonly digest: string; readonly until: number }>();

  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /** Throws a DynamoDbError, and has written nothing, for whatever DynamoDB would refuse. */
  async write(input: JsonObject): Promise<JsonObject> {
    const digest = createHash("sha256").update(JSON.stringify(input)).digest("base64");
    const request = validated(input, transactWrite.validation, this.store);
    const { ClientRequestToken: token } = request;
    if (typeof token === "string" && this.isCompleted(token, digest)) return {};
    const trials = await this.tryAll(request, transactWrite);
    if (trials.some(({ refusal }) => refusal)) throw cancellation(trials);
    await this.store.db.batch(trials.flatMap(({ writes }) => writes));
    if (typeof token === "string") this.completed.set(token, { digest, until: this.now() + TOKEN_LIFE });
    return capacity(trials, "WriteCapacityUnits");
  }

  /** Throws a DynamoDbError for whatever DynamoDB would refuse. */
  async get(input: JsonObject): Promise<JsonObject> {
    const trials = await this.tryAll(validated(input, transactGet.validation, this.store), transactGet);
    const Responses = trials.map(({ result: { Item } }) => (Item === undefined ? {} : { Item }));
    return { Responses, ...capacity(trials, "ReadCapacityUnits") };
  }

  private isCompleted(token: string, digest: string): boolean {
    for (const [old, { until }] of this.completed) {
      if (until > this.now()) break;
      this.completed.delete(old);
    }
    const known = this.completed.get(token);
    if (known && known.digest !== digest)
      throw new DynamoDbError(400, {
        __type: "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
        Message: "The request with this ClientRequestToken had other parameters before",
      });
    return known !== undefined;
  }

  private async tryAll(request: JsonObject, { actions }: TransactionRequest): Promise<Trial[]> {
    const { ReturnConsumedCapacity = "NONE" } = request;
    const trials = await Promise.all(
      actions(request).map(({ kind, data }) =>
        tryOut({ kind, data: { ...data, ReturnConsumedCapacity, ConsistentRead: true } }, this.store),
      ),
    );
    // As on AWS, the first key that does not fit its table counts before any condition.
    const misfit = trials.find(({ key }) => key === undefined);
    if (misfit) throw cancellation(trials.map((trial) => (trial === misfit ? trial : { refusal: undefined })));
    if (new Set(trials.map(({ key }) => key)).size < trials.length)
      throw invalid("Transaction request cannot include multiple operations on one item");
    if (trials.reduce((sum, { size }) => sum + size, 0) > MAX_BYTES)
      throw invalid("The aggregate size of the items in the transaction exceeds 4 MB");
    return trials;
  }
}

/** Throws a DynamoDbError if there is no such table. */
async function tryOut({ kind, data }: Action, store: Store): Promise<Trial> {
  const writes: Write[] = [];
  let key: string | undefined;
  let item: JsonObject | undefined;
  // Under these prefixes dynalite keeps items and indexes. Locks are not needed.
  const items = (prefix: string): Items => ({
    lock: (_name, work) => work((done) => done),
    get(name, done) {
      key = prefix + name;
      store.db.get(key, (error, found) => {
        item = found;
        done(error, found);
      });
    },
    put(name, value, done) {
      if (prefix + name === key) item = value;
      writes.push({ type: "put", key: prefix + name, value });
      done();
    },
    del(name, done) {
      writes.push({ type: "del", key: prefix + name });
      done();
    },
  });
  const view: Store = {
    ...store,
    getItemDb: (table) => items(`item-${table}~`),
    getIndexDb: (type, table, index) => items(`index-${type.toLowerCase()}~${table}~${index}~`),
  };
  let result: JsonObject = {};
  let refusal: DynamoDbError | undefined;
  try {
    result = await perform(kind.operation, data, view);
  } catch (error) {
    if (!(error instanceof DynamoDbError) || error.type === "ResourceNotFoundException") throw error;
    refusal = error;
  }
  return { key, size: itemSize(item ?? {}), writes: kind.checksOnly ? [] : writes, result, refusal };
}

function cancellation(trials: readonly Pick<Trial, "refusal">[]): DynamoDbError {
  const reasons = trials.map(({ refusal }) => {
    if (!refusal) return { Code: "None" };
    const Code = refusal.type === "ConditionalCheckFailedException" ? "ConditionalCheckFailed" : "ValidationError";
    const { message = "", Item } = refusal.body;
    return { Code, Message: message, ...(Item !== undefined && { Item }) };
  });
  return new DynamoDbError(400, {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`,
    CancellationReasons: reasons,
  });
}

const invalid = (message: string) =>
  new DynamoDbError(400, { __type: "com.amazon.coral.validate#ValidationException", message });

/** Per table, if it was asked for. A transaction takes twice the capacity: it prepares and commits. */
function capacity(trials: readonly Trial[], units: "ReadCapacityUnits" | "WriteCapacityUnits"): JsonObject {
  const tables: Record<string, number> = {};
  for (const { result } of trials)
    if (isObject(result.ConsumedCapacity)) {
      const { TableName, CapacityUnits } = result.ConsumedCapacity;
      tables[String(TableName)] = (tables[String(TableName)] ?? 0) + 2 * Number(CapacityUnits);
    }
  const ConsumedCapacity = Object.entries(tables).map(([TableName, CapacityUnits]) => ({
    TableName,
    CapacityUnits,
    [units]: CapacityUnits,
  }));
  return ConsumedCapacity.length > 0 ? { ConsumedCapacity } : {};
}
