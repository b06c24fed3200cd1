import fs from "node:fs";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { DynamoDbError } from "../../../local/dynamodb/errors";
import { isObject, type Json, type JsonObject } from "../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "./database";

const TABLES = ["one", "two"];

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
  for (const name of TABLES) await createTable(database, name, ["id:S"], { by_kind: ["kind:S", "n:N"] });
});
afterAll(async () => {
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

/** The codes of the reasons that something was cancelled for; undefined if it was done. */
async function cancelledFor(attempt: Promise<unknown>): Promise<Json | undefined> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return undefined;
  if (!(error instanceof DynamoDbError)) throw error;
  expect(error.type).toBe("TransactionCanceledException");
  return /\[(.*)\]$/.exec(error.message)?.[1];
}

describe("random transactions", () => {
  type Condition = "none" | "exists" | "missing" | "below 3";
  type Do = "Put" | "Update" | "Delete" | "ConditionCheck";
  interface Step {
    readonly table: string;
    readonly id: string;
    readonly kind: Do;
    readonly condition: Condition;
    readonly n: number;
  }
  const step: fc.Arbitrary<Step> = fc
    .record({
      table: fc.constantFrom(...TABLES),
      id: fc.constantFrom("a", "b", "c"),
      kind: fc.constantFrom<Do>("Put", "Update", "Delete", "ConditionCheck"),
      condition: fc.constantFrom<Condition>("none", "none", "exists", "missing", "below 3"),
      n: fc.integer({ min: -3, max: 5 }),
    })
    .map((made) =>
      made.kind === "ConditionCheck" && made.condition === "none" ? { ...made, condition: "exists" } : made,
    );
  const transaction = fc.uniqueArray(step, { minLength: 1, maxLength: 5, selector: ({ table, id }) => table + id });

  const EXPRESSIONS = {
    none: {},
    exists: { ConditionExpression: "attribute_exists(id)" },
    missing: { ConditionExpression: "attribute_not_exists(id)" },
    "below 3": { ConditionExpression: "n < :three" },
  };

  function action({ table, id, kind, condition, n }: Step, run: string): JsonObject {
    const values = {
      ...(condition === "below 3" && { ":three": { N: "3" } }),
      ...(kind === "Update" && { ":n": { N: String(n) } }),
    };
    const item = { id: { S: run + id } };
    const parameters = {
      Put: { Item: { ...item, kind: { S: run }, n: { N: String(n) } } },
      Update: { Key: item, UpdateExpression: "ADD n :n" },
      Delete: { Key: item },
      ConditionCheck: { Key: item },
    };
    const some = Object.keys(values).length > 0 && { ExpressionAttributeValues: values };
    return { [kind]: { TableName: table, ...parameters[kind], ...EXPRESSIONS[condition], ...some } };
  }

  interface Item {
    readonly kind?: string;
    readonly n: number;
  }
  /** What DynamoDB should do, as plainly as it can be said. */
  function applyTo(model: Map<string, Item>, steps: readonly Step[], run: string): string | undefined {
    const holds = ({ table, id, condition }: Step) => {
      const item = model.get(table + id);
      return {
        none: true,
        exists: item !== undefined,
        missing: item === undefined,
        "below 3": item !== undefined && item.n < 3,
      }[condition];
    };
    if (!steps.every(holds)) return steps.map((step) => (holds(step) ? "None" : "ConditionalCheckFailed")).join(", ");
    for (const { table, id, kind, n } of steps) {
      const item = model.get(table + id);
      if (kind === "Put") model.set(table + id, { kind: run, n });
      if (kind === "Update") model.set(table + id, { ...item, n: (item?.n ?? 0) + n });
      if (kind === "Delete") model.delete(table + id);
    }
    return undefined;
  }

  test("do what a plain model does, in tables and indexes", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async (transactions) => {
        const run = `run-${++runs}-`;
        const model = new Map<string, Item>();
        for (const steps of transactions) {
          const TransactItems = steps.map((step) => action(step, run));
          const expected = applyTo(model, steps, run);
          expect(await cancelledFor(database.call("TransactWriteItems", { TransactItems }))).toBe(expected);
        }
        for (const TableName of TABLES) {
          const stored = new Map<string, Item>();
          for (const id of ["a", "b", "c"]) {
            const { Item } = await database.call("GetItem", { TableName, Key: { id: { S: run + id } } });
            const item = model.get(TableName + id);
            expect(Item).toEqual(item && dynamo(run + id, item));
            if (item) stored.set(id, item);
          }
          const { Items } = await database.call("Query", {
            TableName,
            IndexName: "by_kind",
            KeyConditionExpression: "kind = :kind",
            ExpressionAttributeValues: { ":kind": { S: run } },
          });
          const indexed = [...stored].filter(([, { kind }]) => kind !== undefined);
          expect(new Set(Array.isArray(Items) ? Items : [])).toEqual(
            new Set(indexed.map(([id, item]) => dynamo(run + id, item))),
          );
        }
      }),
    );
  });

  const dynamo = (id: string, { kind, n }: Item) => ({
    id: { S: id },
    ...(kind !== undefined && { kind: { S: kind } }),
    n: { N: String(n) },
  });
});

/** Adds one to a counter, and one to another. */
const count = (id: string, ClientRequestToken?: string, by = 1): JsonObject => ({
  TransactItems: TABLES.map((TableName) => ({
    Update: {
      TableName,
      Key: { id: { S: id } },
      UpdateExpression: "ADD n :by",
      ExpressionAttributeValues: { ":by": { N: String(by) } },
    },
  })),
  ...(ClientRequestToken !== undefined && { ClientRequestToken }),
});

const counters = (id: string) =>
  Promise.all(
    TABLES.map(async (TableName) => {
      const { Item } = await database.call("GetItem", { TableName, Key: { id: { S: id } } });
      return Number(at(Item, "n", "N") ?? 0);
    }),
  );

describe("the token of a request", () => {
  test("makes a repeated request do nothing, for ten minutes", async () => {
    for (const [minutes, expected] of [
      [0, 1],
      [9.99, 1],
      [0.02, 2],
      [1, 2],
    ] as const) {
      database.clock.advance(minutes * 60_000);
      expect(await database.call("TransactWriteItems", count("repeated", "token"))).toEqual({});
      expect(await counters("repeated")).toEqual([expected, expected]);
    }
  });

  test("makes a repeated request do nothing in whatever order its members come", async () => {
    const backwards = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(backwards);
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, backwards(member)]),
      );
    };
    await database.call("TransactWriteItems", count("backwards", "backwards"));
    const again = backwards(count("backwards", "backwards"));
    await database.call("TransactWriteItems", isObject(again) ? again : {});
    expect(await counters("backwards")).toEqual([1, 1]);
  });

  test("cannot be used for another request until then", async () => {
    await database.call("TransactWriteItems", count("other", "other"));
    await expect(database.call("TransactWriteItems", count("other", "other", 2))).rejects.toMatchObject({
      status: 400,
      type: "IdempotentParameterMismatchException",
    });
    expect(await counters("other")).toEqual([1, 1]);
    database.clock.advance(10 * 60_000);
    await database.call("TransactWriteItems", count("other", "other", 2));
    expect(await counters("other")).toEqual([3, 3]);
  });

  test("can be used again if the transaction was cancelled", async () => {
    const put = {
      TransactItems: [
        {
          Put: {
            TableName: "one",
            Item: { id: { S: "later" } },
            ConditionExpression: "n = :n",
            ExpressionAttributeValues: { ":n": { N: "1" } },
          },
        },
      ],
      ClientRequestToken: "cancelled",
    };
    expect(await cancelledFor(database.call("TransactWriteItems", put))).toBe("ConditionalCheckFailed");
    await database.call("PutItem", { TableName: "one", Item: { id: { S: "later" }, n: { N: "1" } } });
    expect(await database.call("TransactWriteItems", put)).toEqual({});
  });

  test.each(["", "x".repeat(37)])("has 1 to 36 characters: %j", async (token) => {
    await expect(database.call("TransactWriteItems", count("never", token))).rejects.toMatchObject({
      type: "ValidationException",
    });
  });
});

describe("a transaction that cannot be written", () => {
  test("fails as a whole, and can be repeated with its token", async () => {
    const commit = jest.spyOn(database.engine.store, "commit").mockRejectedValueOnce(new Error("The disk is full."));
    await expect(database.call("TransactWriteItems", count("full", "full"))).rejects.toThrow("The disk is full.");
    expect(await counters("full")).toEqual([0, 0]);
    await database.call("TransactWriteItems", count("full", "full"));
    expect(await counters("full")).toEqual([1, 1]);
    expect(commit).toHaveBeenCalledTimes(2);
    commit.mockRestore();
  });
});
