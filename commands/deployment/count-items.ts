import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { isLost, ofType, type Plan } from "../../review/plan/plan";
import { text } from "../../review/plan/value";

/** Asks how many items a table holds; undefined if nobody knows. Throws if it may not be asked. */
export type CountItems = (table: string, region: string | undefined) => Promise<number | undefined>;

/** Counts the items of every table that a plan deletes or replaces, by address. `warn` is told of those that could not be. */
export async function itemsAtStake(
  plan: Plan,
  count: CountItems,
  warn: (line: string) => void,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { address, before } of ofType(plan, "aws_dynamodb_table").filter(isLost)) {
    const [name, region] = [text(before, "name"), text(before, "region")];
    if (name === undefined) continue;
    try {
      const items = await count(name, region);
      if (items !== undefined) counts.set(address, items);
    } catch (error) {
      // The loss is told all the same.
      warn(`The items of ${name} could not be counted: ${error instanceof Error ? error.message : error}`);
    }
  }
  return counts;
}

/** DynamoDB counts every six hours: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export const countInDynamo: CountItems = async (table, region) => {
  const client = new DynamoDBClient({ ...(region !== undefined && { region }), maxAttempts: 1 });
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    return Table?.ItemCount;
  } finally {
    client.destroy();
  }
};
