import { afterAll, beforeAll } from "@jest/globals";
import { commentStoreContract } from "../../support/contracts/comments";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { dynamoStores, newTables } from "../../support/doubles/stores";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

commentStoreContract("DynamoDB", async () => dynamoStores(dynamo.client, await newTables(dynamo)), 10);
