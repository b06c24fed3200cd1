import { afterAll, beforeAll } from "@jest/globals";
import { favoriteStoreContract } from "../../support/contracts/favorites";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { dynamoStores, newTables } from "../../support/doubles/stores";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

favoriteStoreContract("DynamoDB", async () => dynamoStores(dynamo.client, await newTables(dynamo)), 10);
