import { afterAll, beforeAll } from "@jest/globals";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { dynamoStores, newTables } from "../support/doubles/stores";
import { favoriteStoreContract } from "./favorites-contract";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

favoriteStoreContract("DynamoDB", async () => dynamoStores(dynamo.client, await newTables(dynamo)), 10);
