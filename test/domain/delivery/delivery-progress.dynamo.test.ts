import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamoDeliveryProgress } from "../../../domain/delivery/delivery-progress.dynamo";
import { deliveryProgressContract } from "../../support/contracts/delivery-progress";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

deliveryProgressContract("DynamoDB", async () =>
  dynamoDeliveryProgress(dynamo.client, await dynamo.create("deliveries")),
);

test("a row ends a day after SQS has forgotten what it is about", async () => {
  const table = await dynamo.create("deliveries");
  const progress = dynamoDeliveryProgress(dynamo.client, table);
  const now = 1_800_000_000_000;
  await progress.cut("m1", { after: "", segments: 1 }, now);
  await progress.claim("m1#0", now, now + 1);
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
  expect(Object.fromEntries(Items.map(({ part, ttl }) => [part, ttl]))).toEqual({
    m1: 1_800_000_000 + 5 * 86_400,
    "m1#0": 1_800_000_000 + 5 * 86_400,
  });
});
