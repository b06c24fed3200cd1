import { setTimeout as wait } from "node:timers/promises";
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { conditionFailuresOf, isConditionFailure, isContended } from "../aws-errors";

/** The longest wait before each retry, in milliseconds. The wait is random, so that rivals do not meet again. */
export const RETRY_CEILINGS = [25, 50, 100, 200, 400];

/** Repeats the work a few times while it meets other writes to the same item, which the SDK leaves to its caller. */
async function untilUncontended<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const ceiling of RETRY_CEILINGS) {
    try {
      return await work();
    } catch (error) {
      if (!isContended(error)) throw error;
    }
    await wait(Math.random() * ceiling);
  }
  return work();
}

/**
 * Does a conditional write.
 *
 * @returns the answer to the write; undefined if the condition does not hold
 */
export async function writeIf<Answer>(write: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await untilUncontended(write);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return undefined;
  }
}

/**
 * Writes all of the items or none.
 *
 * @returns the places of the items whose condition does not hold; none if everything is written
 */
export async function writeTogether(
  client: DynamoDBDocumentClient,
  items: NonNullable<TransactWriteCommandInput["TransactItems"]>,
  signal?: AbortSignal,
): Promise<ReadonlySet<number>> {
  return untilUncontended(async () => {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }), signal ? { abortSignal: signal } : {});
      return new Set();
    } catch (error) {
      const failures = conditionFailuresOf(error);
      if (!failures) throw error;
      return failures;
    }
  });
}
