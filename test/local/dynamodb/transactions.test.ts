import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";

type Actions = NonNullable<TransactWriteCommandInput["TransactItems"]>;

let dynamo: Dynamo;
let posts: string;
let comments: string;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  [posts, comments] = await Promise.all([dynamo.create("posts"), dynamo.create("comments")]);
});

const write = (...TransactItems: Actions) => dynamo.client.send(new TransactWriteCommand({ TransactItems }));
const put = (TableName: string, Item: Record<string, unknown>) =>
  dynamo.client.send(new PutCommand({ TableName, Item }));
const read = async (TableName: string, id: string) =>
  (await dynamo.client.send(new GetCommand({ TableName, Key: { id } }))).Item;

/** The error that something is refused with. */
async function refusal(attempt: Promise<unknown>): Promise<Error> {
  const error = await attempt.then(
    () => new Error("It was not refused."),
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error : new Error(String(error));
}

/** Why a transaction was cancelled, action by action. */
async function reasons(...actions: Actions) {
  const error = await refusal(write(...actions));
  if (!(error instanceof TransactionCanceledException)) throw error;
  const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
  expect(error.message).toBe(
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
  );
  return error.CancellationReasons;
}

const NONE = { Code: "None" };
const FAILED = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
const count = (TableName: string, id: string, extra: object = {}) => ({
  Update: {
    TableName,
    Key: { id },
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": 1 },
    ...extra,
  },
});

describe("TransactWriteItems", () => {
  test("puts, updates, deletes and checks in several tables and their indexes", async () => {
    await put(posts, { id: "old", feed: "feed", created_at: "1" });
    await put(posts, { id: "changed", feed: "feed", created_at: "2", n: 1 });
    await put(comments, { id: "checked", post_id: "p", created_at: "1" });
    await write(
      { Delete: { TableName: posts, Key: { id: "old" }, ConditionExpression: "attribute_exists(id)" } },
      {
        Update: {
          TableName: posts,
          Key: { id: "changed" },
          UpdateExpression: "SET created_at = :three ADD n :one",
          ExpressionAttributeValues: { ":three": "3", ":one": 1 },
        },
      },
      {
        Put: {
          TableName: posts,
          Item: { id: "new", feed: "feed", created_at: "4" },
          ConditionExpression: "attribute_not_exists(id)",
        },
      },
      {
        ConditionCheck: {
          TableName: comments,
          Key: { id: "checked" },
          ConditionExpression: "#p = :p",
          ExpressionAttributeNames: { "#p": "post_id" },
          ExpressionAttributeValues: { ":p": "p" },
        },
      },
    );
    const { Items } = await dynamo.client.send(
      new QueryCommand({
        TableName: posts,
        IndexName: "by_creation",
        KeyConditionExpression: "feed = :feed",
        ExpressionAttributeValues: { ":feed": "feed" },
      }),
    );
    expect(Items).toEqual([
      { id: "changed", feed: "feed", created_at: "3", n: 2 },
      { id: "new", feed: "feed", created_at: "4" },
    ]);
    expect(await read(posts, "old")).toBeUndefined();
    expect(await read(posts, "changed")).toEqual(Items?.[0]);
    expect(await read(comments, "checked")).toEqual({ id: "checked", post_id: "p", created_at: "1" });
  });

  test("writes nothing if one condition fails, and says which ones and what was there", async () => {
    await put(comments, { id: "there", n: 7 });
    const condition = { ConditionExpression: "n > :ten", ExpressionAttributeValues: { ":ten": 10 } };
    const ALL_OLD = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
    expect(
      await reasons(
        { Put: { TableName: posts, Item: { id: "new" } } },
        { Delete: { TableName: comments, Key: { id: "there" }, ...condition, ...ALL_OLD } },
        { ConditionCheck: { TableName: posts, Key: { id: "missing" }, ...condition, ...ALL_OLD } },
        count(posts, "counter"),
        { ConditionCheck: { TableName: comments, Key: { id: "other" }, ...condition } },
      ),
    ).toEqual([NONE, { ...FAILED, Item: { id: { S: "there" }, n: { N: "7" } } }, FAILED, NONE, FAILED]);
    expect(await read(posts, "new")).toBeUndefined();
    expect(await read(posts, "counter")).toBeUndefined();
    expect(await read(comments, "there")).toEqual({ id: "there", n: 7 });
  });

  test("does not show what was there unless asked", async () => {
    await put(posts, { id: "there" });
    const condition = { ConditionExpression: "attribute_not_exists(id)" };
    expect(await reasons({ Put: { TableName: posts, Item: { id: "there" }, ...condition } })).toEqual([FAILED]);
  });

  test("is cancelled by an update that does not fit the item", async () => {
    await put(posts, { id: "there", n: "text" });
    expect(await reasons({ Put: { TableName: posts, Item: { id: "new" } } }, count(posts, "there"))).toEqual([
      NONE,
      { Code: "ValidationError", Message: "An operand in the update expression has an incorrect data type" },
    ]);
    expect(await read(posts, "new")).toBeUndefined();
  });

  test("is cancelled by the first key that does not fit its table, whatever the conditions", async () => {
    const Message = "The provided key element does not match the schema";
    expect(
      await reasons(
        count(posts, "a", { ConditionExpression: "attribute_exists(id)" }),
        { Delete: { TableName: posts, Key: { post: "b" } } },
        { Delete: { TableName: posts, Key: { post: "c" } } },
      ),
    ).toEqual([NONE, { Code: "ValidationError", Message }, NONE]);
  });

  // Captured in four regions: https://github.com/paritysuite/dynamodb-conformance/pull/60
  test.each<[string, (TableName: string) => Actions[number]]>([
    ["Put", (TableName) => ({ Put: { TableName, Item: { id: "" } } })],
    ["Update", (TableName) => count(TableName, "")],
    ["Delete", (TableName) => ({ Delete: { TableName, Key: { id: "" } } })],
    [
      "ConditionCheck",
      (TableName) => ({ ConditionCheck: { TableName, Key: { id: "" }, ConditionExpression: "attribute_exists(id)" } }),
    ],
  ])("is refused as a whole for an empty key of a %s, whatever the conditions", async (_, action) => {
    const attempt = write(count(posts, "a", { ConditionExpression: "attribute_exists(id)" }), action(posts));
    expect(String(await refusal(attempt))).toBe(
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    );
  });

  test("takes 100 actions and no more", async () => {
    const actions = Array.from({ length: 101 }, (_, index) => count(posts, `post-${index}`));
    await write(...actions.slice(1));
    expect(await read(posts, "post-100")).toEqual({ id: "post-100", n: 1 });
    expect(String(await refusal(write(...actions)))).toMatch(
      /^ValidationException: 1 validation error detected: Value '\[TransactWriteItem\(.*\]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/s,
    );
  });

  test("takes 4 MB of items and no more", async () => {
    const text = "x".repeat(390 * 1024);
    const large = (index: number) => ({ Put: { TableName: posts, Item: { id: `large-${index}`, text } } });
    await write(...Array.from({ length: 10 }, (_, index) => large(index)));
    const error = await refusal(
      write(large(11), ...Array.from({ length: 10 }, (_, index) => count(posts, `large-${index}`))),
    );
    expect(String(error)).toBe("ValidationException: The aggregate size of the items in the transaction exceeds 4 MB");
    expect(await read(posts, "large-11")).toBeUndefined();
    // Of an item that is deleted the key alone counts.
    const removed = Array.from({ length: 10 }, (_, index) => ({
      Delete: { TableName: posts, Key: { id: `large-${index}` } },
    }));
    await write(large(11), ...removed);
    expect(await read(posts, "large-9")).toBeUndefined();
  });

  test("refuses two actions on one item, of whatever kind, but not the same key in two tables", async () => {
    await write(count(posts, "a"), count(comments, "a"));
    for (const second of [
      count(posts, "a"),
      { Put: { TableName: posts, Item: { id: "a" } } },
      { Delete: { TableName: posts, Key: { id: "a" } } },
      { ConditionCheck: { TableName: posts, Key: { id: "a" }, ConditionExpression: "attribute_exists(id)" } },
    ])
      expect(String(await refusal(write(count(posts, "a"), second)))).toBe(
        "ValidationException: Transaction request cannot include multiple operations on one item",
      );
    expect(await read(posts, "a")).toEqual({ id: "a", n: 1 });
  });

  test.each<[string, (table: string) => Actions, string]>([
    [
      "no actions",
      () => [],
      "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      "an item without an action",
      () => [{}],
      "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete",
    ],
    [
      "an item with two actions",
      (table) => [{ ...count(table, "a"), Delete: { TableName: table, Key: { id: "b" } } }],
      "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete",
    ],
    [
      "a check without a condition",
      (table) => [{ ConditionCheck: { TableName: table, Key: { id: "a" }, ConditionExpression: undefined } }],
      "ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    ],
    [
      "a condition that cannot be read",
      (table) => [count(table, "a"), { Put: { TableName: table, Item: { id: "b" }, ConditionExpression: "is there" } }],
      "ValidationException: Invalid ConditionExpression: Syntax error",
    ],
    [
      "values that are not used",
      (table) => [{ Delete: { TableName: table, Key: { id: "a" }, ExpressionAttributeValues: { ":a": 1 } } }],
      "ValidationException: ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
    ],
    [
      "a table that is not there",
      () => [count("missing", "a")],
      "ResourceNotFoundException: Requested resource not found",
    ],
  ])("refuses %s", async (_, actions, message) => {
    const error = String(await refusal(write(...actions(posts))));
    expect(error.slice(0, message.length)).toBe(message);
  });

  test("tells the capacity it took, twice that of single writes", async () => {
    const { ConsumedCapacity } = await dynamo.client.send(
      new TransactWriteCommand({
        TransactItems: [count(posts, "a"), count(posts, "b"), count(comments, "c")],
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(ConsumedCapacity).toEqual([
      { TableName: posts, CapacityUnits: 4, WriteCapacityUnits: 4 },
      { TableName: comments, CapacityUnits: 2, WriteCapacityUnits: 2 },
    ]);
  });
});

describe("TransactGetItems", () => {
  test("reads items of several tables in the order asked, whole or in part", async () => {
    await put(posts, { id: "a", title: "A", n: 1 });
    await put(comments, { id: "b", text: "B" });
    const { Responses, ConsumedCapacity } = await dynamo.client.send(
      new TransactGetCommand({
        TransactItems: [
          { Get: { TableName: comments, Key: { id: "b" } } },
          { Get: { TableName: comments, Key: { id: "missing" } } },
          { Get: { TableName: posts, Key: { id: "a" }, ProjectionExpression: "title" } },
        ],
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(Responses).toEqual([{ Item: { id: "b", text: "B" } }, {}, { Item: { title: "A" } }]);
    expect(ConsumedCapacity).toEqual([
      { TableName: comments, CapacityUnits: 4, ReadCapacityUnits: 4 },
      { TableName: posts, CapacityUnits: 2, ReadCapacityUnits: 2 },
    ]);
  });

  test("is cancelled by an empty key, other than a write", async () => {
    const Get = { TableName: posts, Key: { id: "" } };
    const error = await refusal(dynamo.client.send(new TransactGetCommand({ TransactItems: [{ Get }] })));
    expect(error).toBeInstanceOf(TransactionCanceledException);
  });

  test("refuses the same item twice", async () => {
    const Get = { TableName: posts, Key: { id: "a" } };
    expect(
      String(await refusal(dynamo.client.send(new TransactGetCommand({ TransactItems: [{ Get }, { Get }] })))),
    ).toBe("ValidationException: Transaction request cannot include multiple operations on one item");
  });
});

describe("many at once", () => {
  test("count right, alone and with single updates, and are never seen half done", async () => {
    const both = () => write(count(posts, "counter"), count(comments, "counter"));
    const single = () => dynamo.client.send(new UpdateCommand(count(posts, "single").Update));
    const look = async () => {
      const { Responses } = await dynamo.client.send(
        new TransactGetCommand({
          TransactItems: [posts, comments].map((TableName) => ({ Get: { TableName, Key: { id: "counter" } } })),
        }),
      );
      const [first, second] = Responses?.map(({ Item }) => Item?.n) ?? [];
      expect(first).toBe(second);
    };
    await Promise.all(Array.from({ length: 50 }, () => [both(), single(), look()]).flat());
    expect((await read(posts, "counter"))?.n).toBe(50);
    expect((await read(comments, "counter"))?.n).toBe(50);
    expect((await read(posts, "single"))?.n).toBe(50);
  });

  test("of which only one can win, let one win", async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        write(
          { Put: { TableName: posts, Item: { id: "one", index }, ConditionExpression: "attribute_not_exists(id)" } },
          count(comments, "wins"),
        ),
      ),
    );
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await read(comments, "wins")).toEqual({ id: "wins", n: 1 });
  });
});

describe("a condition of a single write that fails", () => {
  const failing = { ConditionExpression: "n > :ten", ExpressionAttributeValues: { ":ten": 10 } };
  type Returned = { ReturnValuesOnConditionCheckFailure?: "ALL_OLD" | "NONE" };
  const Key = { id: "a" };

  test.each<[string, (returned: Returned) => Promise<unknown>]>([
    [
      "PutItem",
      (returned) => dynamo.client.send(new PutCommand({ TableName: posts, Item: Key, ...failing, ...returned })),
    ],
    [
      "DeleteItem",
      (returned) => dynamo.client.send(new DeleteCommand({ TableName: posts, Key, ...failing, ...returned })),
    ],
    [
      "UpdateItem",
      (returned) =>
        dynamo.client.send(
          new UpdateCommand({ TableName: posts, Key, UpdateExpression: "REMOVE n", ...failing, ...returned }),
        ),
    ],
  ])("of %s shows the item if asked", async (_, attempt) => {
    const shown = async (returned: Returned) => {
      const error = await refusal(attempt(returned));
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item;
    };
    expect(await shown({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })).toBeUndefined();
    await put(posts, { id: "a", n: 1 });
    expect(await shown({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })).toEqual({ id: { S: "a" }, n: { N: "1" } });
    expect(await shown({ ReturnValuesOnConditionCheckFailure: "NONE" })).toBeUndefined();
    expect(await shown({})).toBeUndefined();
    expect(await read(posts, "a")).toEqual({ id: "a", n: 1 });
  });
});
