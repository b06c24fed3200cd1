import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { TableLine } from "../../local/data/export-format";

/** A table that is there: what would make it again, its hash key, and the attribute by which its items expire. */
export interface Described {
  readonly line: TableLine;
  readonly keys: readonly string[];
  /** DynamoDB counts every six hours. */
  readonly items: number;
  readonly timeToLive?: string | undefined;
}

/** Describes a table; undefined if there is none. */
export async function describeTable(
  client: DynamoDBClient,
  name: string,
  signal: AbortSignal,
): Promise<Described | undefined> {
  try {
    const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: name }), { abortSignal: signal });
    const answer = await client.send(new DescribeTimeToLiveCommand({ TableName: name }), { abortSignal: signal });
    const { TimeToLiveStatus: status, AttributeName } = answer.TimeToLiveDescription ?? {};
    const timeToLive = status === "ENABLED" || status === "ENABLING" ? AttributeName : undefined;
    const line = { table: creationOf(Table), ...(timeToLive !== undefined && { timeToLive }) };
    const keys = (Table.KeySchema ?? []).flatMap(({ AttributeName: key }) => key ?? []);
    return { line, keys, items: Table.ItemCount ?? 0, timeToLive };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Returns the CreateTable request for a table of the same keys and indexes; what Terraform sets besides is left out. */
function creationOf(table: TableDescription): TableLine["table"] {
  const index = ({
    IndexName,
    KeySchema,
    Projection,
  }: NonNullable<TableDescription["LocalSecondaryIndexes"]>[number]) => ({
    IndexName,
    KeySchema,
    Projection,
  });
  const { StreamSpecification: stream, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = table;
  const request = {
    TableName: table.TableName,
    AttributeDefinitions: table.AttributeDefinitions,
    KeySchema: table.KeySchema,
    BillingMode: "PAY_PER_REQUEST",
    ...(global?.length && { GlobalSecondaryIndexes: global.map(index) }),
    ...(local?.length && { LocalSecondaryIndexes: local.map(index) }),
    ...(stream?.StreamEnabled && { StreamSpecification: stream }),
  };
  return JSON.parse(JSON.stringify(request));
}
