import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoMessageCounter } from "../../../domain/conversation/message-count.dynamo";
import { newConnection } from "../../../domain/realtime/connections";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import * as old from "../../support/fixtures/rows-of-846a08f";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

async function counterOf(row: object = { ...newConnection("a=", 1_800_000_000_000), user_id: "ann" }) {
  const TableName = await dynamo.create("connections");
  await dynamo.client.send(new PutCommand({ TableName, Item: { ...row } }));
  return { ...dynamoMessageCounter(dynamo.client, TableName), TableName };
}

describe("the DynamoDB counter of messages", () => {
  test("counts by the minute, and says whose the connection is and when it ends", async () => {
    const { count } = await counterOf();
    const connection = { connectionId: "a=", connectedAt: 1_800_000_000, expiresAt: 1_800_007_200, user_id: "ann" };
    expect(await count("a=", 7, 1)).toEqual({ connection, messages: 1 });
    expect(await count("a=", 7, 9)).toEqual({ connection, messages: 10 });
    expect(await count("a=", 8, 3)).toEqual({ connection, messages: 3 });
  });

  test("adds to the later minute what an instance counts whose clock is behind", async () => {
    const { count } = await counterOf();
    await count("a=", 8, 5);
    expect(await count("a=", 7, 1)).toMatchObject({ messages: 6 });
  });

  test("loses none of those that are counted at once", async () => {
    const { count } = await counterOf();
    await Promise.all(Array.from({ length: 20 }, () => count("a=", 7, 1)));
    expect(await count("a=", 7, 1)).toMatchObject({ messages: 21 });
  });

  test("makes no row of a connection that is not there", async () => {
    const { count, TableName } = await counterOf();
    expect(await count("gone=", 7, 1)).toBeUndefined();
    const { Item } = await dynamo.client.send(new GetCommand({ TableName, Key: { connectionId: "gone=" } }));
    expect(Item).toBeUndefined();
  });

  test("counts for a row that commit 846a08f stored, which ends when the row does", async () => {
    const { count } = await counterOf(old.connection);
    const { connectionId, connectedAt, ttl } = old.connection;
    expect(await count(connectionId, 7, 1)).toEqual({
      connection: { connectionId, connectedAt, expiresAt: ttl },
      messages: 1,
    });
  });
});
