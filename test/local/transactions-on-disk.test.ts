import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { create } from "dynalite/db";
import { build } from "esbuild";
import fc from "fast-check";
import { DynamoDbError } from "../../local/dynamodb-operations";
import { DynamoDbStore } from "../../local/dynamodb-store";
import { createTables } from "../../local/dynamodb-tables";
import { type Json, type JsonObject, member } from "../../local/shared/json";
import { Transactions } from "../../local/transactions";

const place = { account: "000000000000", region: "eu-central-1" };
const table = (name: string) => ({
  name,
  arn: `arn:aws:dynamodb:eu-central-1:000000000000:table/${name}`,
  key: { hash: "id", range: undefined },
  attributes: { id: "S", kind: "S", n: "N" },
  indexes: [{ name: "by_kind", key: { hash: "kind", range: "n" }, projection: "ALL" as const, nonKeyAttributes: [] }],
  timeToLive: undefined,
});
const TABLES = ["one", "two"];

let folder: string;
let store: DynamoDbStore;
let time = Date.parse("2026-01-01T00:00:00Z");

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-transactions-"));
  store = await DynamoDbStore.open(path.join(folder, "store"), place, { now: () => time });
  await createTables(store, TABLES.map(table), folder);
});
afterAll(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true });
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
  return /\[(.*)\]$/.exec(String(error.body.Message))?.[1];
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
          expect(await cancelledFor(store.call("TransactWriteItems", { TransactItems }))).toBe(expected);
        }
        for (const TableName of TABLES) {
          const stored = new Map<string, Item>();
          for (const id of ["a", "b", "c"]) {
            const { Item } = await store.call("GetItem", { TableName, Key: { id: { S: run + id } } });
            const item = model.get(TableName + id);
            expect(Item).toEqual(item && dynamo(run + id, item));
            if (item) stored.set(id, item);
          }
          const { Items } = await store.call("Query", {
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
      const { Item } = await store.call("GetItem", { TableName, Key: { id: { S: id } } });
      return Number(member(member(Item, "n"), "N") ?? 0);
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
      time += minutes * 60_000;
      expect(await store.call("TransactWriteItems", count("repeated", "token"))).toEqual({});
      expect(await counters("repeated")).toEqual([expected, expected]);
    }
  });

  test("cannot be used for another request until then", async () => {
    await store.call("TransactWriteItems", count("other", "other"));
    await expect(store.call("TransactWriteItems", count("other", "other", 2))).rejects.toMatchObject({
      status: 400,
      type: "IdempotentParameterMismatchException",
    });
    expect(await counters("other")).toEqual([1, 1]);
    time += 10 * 60_000;
    await store.call("TransactWriteItems", count("other", "other", 2));
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
    expect(await cancelledFor(store.call("TransactWriteItems", put))).toBe("ConditionalCheckFailed");
    await store.call("PutItem", { TableName: "one", Item: { id: { S: "later" }, n: { N: "1" } } });
    expect(await store.call("TransactWriteItems", put)).toEqual({});
  });

  test.each(["", "x".repeat(37)])("has 1 to 36 characters: %j", async (token) => {
    await expect(store.call("TransactWriteItems", count("never", token))).rejects.toMatchObject({
      type: "ValidationException",
    });
  });
});

describe("a transaction that cannot be written", () => {
  test("fails as a whole, and can be repeated with its token", async () => {
    const elsewhere = path.join(folder, "failing");
    const prepared = await DynamoDbStore.open(elsewhere, place);
    await createTables(prepared, TABLES.map(table), elsewhere);
    await prepared.close();

    const raw = create({ path: elsewhere, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    await raw.db.open();
    const transactions = new Transactions(raw, () => 0);
    const batch = jest.spyOn(raw.db, "batch").mockRejectedValueOnce(new Error("The disk is full."));
    await expect(transactions.write(count("full", "token"))).rejects.toThrow("The disk is full.");
    const Get = (TableName: string) => ({ Get: { TableName, Key: { id: { S: "full" } } } });
    const look = () => transactions.get({ TransactItems: TABLES.map(Get) });
    expect(await look()).toEqual({ Responses: [{}, {}] });

    await transactions.write(count("full", "token"));
    const Item = { id: { S: "full" }, n: { N: "1" } };
    expect(await look()).toEqual({ Responses: [{ Item }, { Item }] });
    expect(batch).toHaveBeenCalledTimes(2);
    await new Promise<void>((closed) => raw.db.close(() => closed()));
  });
});

test("a process that is killed leaves no transaction half done", async () => {
  const data = path.join(folder, "killed");
  const program = path.join(process.cwd(), "dist", `writer-${process.pid}.cjs`);
  await build({
    stdin: { contents: WRITER, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    platform: "node",
    packages: "external",
    outfile: program,
  });
  const child = spawn(process.execPath, [program, data], { stdio: ["ignore", "pipe", "inherit"] });
  let committed = 0;
  for await (const line of createInterface(child.stdout)) {
    committed = Number(line);
    if (committed === 20) child.kill("SIGKILL");
  }
  fs.rmSync(program);
  expect(committed).toBeGreaterThanOrEqual(20);

  const left = await DynamoDbStore.open(data, place);
  const { Items } = await left.call("Scan", { TableName: "one" });
  const generations = (Array.isArray(Items) ? Items : []).map((item: Json) => Number(member(member(item, "n"), "N")));
  // The last line may be missing, the transaction before it may not.
  expect([committed, committed + 1]).toContain(generations[0]);
  expect(generations).toEqual(Array.from({ length: 20 }, () => generations[0]));
  const { Count } = await left.call("Query", {
    TableName: "one",
    IndexName: "by_kind",
    KeyConditionExpression: "kind = :kind AND n = :n",
    ExpressionAttributeValues: { ":kind": { S: "k" }, ":n": { N: String(generations[0]) } },
  });
  expect(Count).toBe(20);
  await left.close();
});

/** Writes one generation of twenty items after the other, each in a transaction, and prints its number. */
const WRITER = `
  import { DynamoDbStore } from "./local/dynamodb-store";
  import { createTables } from "./local/dynamodb-tables";
  async function main(folder: string) {
    const store = await DynamoDbStore.open(folder, ${JSON.stringify(place)});
    await createTables(store, [${JSON.stringify(table("one"))}], folder);
    const text = { S: "x".repeat(20_000) };
    for (let n = 1; ; n++) {
      const items = Array.from({ length: 20 }, (_, id) => ({ id: { S: String(id) }, kind: { S: "k" }, n: { N: String(n) }, text }));
      await store.call("TransactWriteItems", { TransactItems: items.map((Item) => ({ Put: { TableName: "one", Item } })) });
      process.stdout.write(n + "\\n");
    }
  }
  main(process.argv[2] ?? "");
`;
