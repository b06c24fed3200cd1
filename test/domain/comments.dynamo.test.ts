import { afterAll, beforeAll } from "@jest/globals";
import { dynamoCommentStore } from "../../domain/comments.dynamo";
import { type Dynamo, startDynamo } from "../support/doubles/dynamo";
import { recordingLog } from "../support/doubles/log";
import { commentStoreContract } from "./comments-contract";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

commentStoreContract("DynamoDB", async () =>
  dynamoCommentStore(dynamo.client, await dynamo.create("comments"), recordingLog()),
);
