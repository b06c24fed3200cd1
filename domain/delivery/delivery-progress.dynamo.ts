import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { isConditionFailure } from "../../runtime/aws-errors";
import type { ItemKey } from "../../runtime/dynamo/table";
import { epochSeconds } from "../realtime/connections";
import type { DeliveryProgress } from "./delivery-progress";
import { deliveryProgressTable } from "./delivery-progress.table";

/** The life of a row, in seconds: SQS keeps what is to be delivered for four days, and this is one more. */
const LIFETIME_SECONDS = 5 * 24 * 60 * 60;

const cutRow = z.object({ after: z.string(), segments: z.int() });
const segmentRow = z.object({ after: z.optional(z.string()) });
/** The item that a failed condition was about comes as DynamoDB writes it. */
const refusal = z.object({ Item: z.optional(z.object({ finished: z.optional(z.object({ BOOL: z.boolean() })) })) });

/** Creates the progress of deliveries in DynamoDB. Each step is one write of one item. */
export function dynamoDeliveryProgress(client: DynamoDBDocumentClient, table: string): DeliveryProgress {
  async function update(part: string, input: Omit<UpdateCommandInput, "TableName" | "Key">) {
    const Key: ItemKey<typeof deliveryProgressTable> = { part };
    return (await client.send(new UpdateCommand({ TableName: table, Key, ...input }))).Attributes;
  }
  const ttlFrom = (now: number) => epochSeconds(now) + LIFETIME_SECONDS;
  const TTL = { "#ttl": deliveryProgressTable.timeToLive };

  return {
    async cut(messageId, { after, segments }, now) {
      const written = await update(messageId, {
        UpdateExpression:
          "SET #after = if_not_exists(#after, :after), #segments = if_not_exists(#segments, :segments), #ttl = :ttl",
        ExpressionAttributeNames: { "#after": "after", "#segments": "segments", ...TTL },
        ExpressionAttributeValues: { ":after": after, ":segments": segments, ":ttl": ttlFrom(now) },
        ReturnValues: "ALL_NEW",
      });
      return cutRow.parse(written);
    },
    async claim(segment, now, until) {
      try {
        const row = await update(segment, {
          UpdateExpression: "SET claimedUntil = :until, #ttl = :ttl",
          ConditionExpression:
            "attribute_not_exists(finished) AND (attribute_not_exists(claimedUntil) OR claimedUntil < :now)",
          ExpressionAttributeNames: TTL,
          ExpressionAttributeValues: { ":now": now, ":until": until, ":ttl": ttlFrom(now) },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        });
        const { after } = segmentRow.parse(row);
        return { state: "claimed", ...(after !== undefined && { after }) };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return { state: refusal.parse(error).Item?.finished?.BOOL ? "finished" : "busy" };
      }
    },
    async note(segment, place) {
      await update(segment, {
        UpdateExpression: "SET #after = :after",
        ExpressionAttributeNames: { "#after": "after" },
        ExpressionAttributeValues: { ":after": place },
      });
    },
    async release(segment) {
      await update(segment, { UpdateExpression: "REMOVE claimedUntil" });
    },
    async finish(segment) {
      await update(segment, {
        UpdateExpression: "SET finished = :true",
        ExpressionAttributeValues: { ":true": true },
      });
    },
  };
}
