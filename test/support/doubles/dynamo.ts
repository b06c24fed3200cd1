import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ticketsTable } from "../../../domain/admission/tickets.table";
import { commentsTable } from "../../../domain/comments/comments.table";
import { deliveryProgressTable } from "../../../domain/delivery/delivery-progress.table";
import { favoritesTable } from "../../../domain/favorites/favorites.table";
import { postsTable } from "../../../domain/posts/posts.table";
import { connectionTallyTable } from "../../../domain/realtime/connection-tally.table";
import { connectionsTable } from "../../../domain/realtime/connections.table";
import { subscriptionsTable } from "../../../domain/realtime/subscriptions.table";
import { usersTable } from "../../../domain/realtime/users.table";
import { DynamoDb } from "../../../local/dynamodb/dynamodb";
import { systemClock } from "../../../local/shared/clock";
import type { Key, TableDefinition } from "../../../runtime/dynamo/table";
import { type Listening, listen } from "./servers/http-server";

/** The tables of the platform. */
const tables = {
  posts: postsTable,
  comments: commentsTable,
  favorites: favoritesTable,
  tickets: ticketsTable,
  connections: connectionsTable,
  users: usersTable,
  subscriptions: subscriptionsTable,
  connectionTally: connectionTallyTable,
  deliveries: deliveryProgressTable,
} satisfies Record<string, TableDefinition>;

type TableName = keyof typeof tables;

export interface Dynamo {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  /** Creates an empty table and returns its physical name. */
  create(table: TableName): Promise<string>;
  stop(): Promise<void>;
}

/** The variables that every AWS client reads. They point nowhere. */
export const awsVariables = {
  AWS_REGION: "ap-northeast-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/**
 * Starts a DynamoDB to test against: the local cloud's, in this process, with its data in a folder of its own; or, if
 * TEST_DYNAMODB_ENDPOINT is set, whatever answers there, with its own credentials and region. The tables created are deleted in the end.
 */
export async function startDynamo(): Promise<Dynamo> {
  const given = process.env.TEST_DYNAMODB_ENDPOINT;
  if (!given) Object.assign(process.env, awsVariables);
  const server = given ? undefined : await startLocalDynamo();
  const endpoint = given ?? server?.url ?? "";
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const created: string[] = [];
  return {
    endpoint,
    client,
    async create(table) {
      const TableName = `${table}-${randomUUID()}`;
      await client.send(createTable(TableName, tables[table]));
      created.push(TableName);
      for (let status: string | undefined; status !== "ACTIVE"; )
        status = (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
      return TableName;
    },
    async stop() {
      if (given) for (const TableName of created) await client.send(new DeleteTableCommand({ TableName }));
      client.destroy();
      await server?.stop();
    },
  };
}

async function startLocalDynamo(): Promise<Listening> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-dynamodb-"));
  const place = { partition: "aws", suffix: "amazonaws.com", region: awsVariables.AWS_REGION, account: "000000000000" };
  const hint = (text: string) => console.error(text);
  const identity = { arn: "arn:aws:iam::000000000000:user/test", userId: "AIDATEST", policy: undefined };
  const authenticate = () => ({ identity });
  const program = path.join(__dirname, "../../../dist/local/database.cjs");
  const dynamodb = await DynamoDb.start({ program, folder, place, tables: [], authenticate, clock: systemClock, hint });
  const { url, stop } = await listen(createServer((request, response) => void dynamodb.handle(request, response)));
  return {
    url,
    async stop() {
      await stop();
      await dynamodb.stop();
      fs.rmSync(folder, { recursive: true });
    },
  };
}

function createTable(TableName: string, table: TableDefinition): CreateTableCommand {
  const schema = ({ hashKey, rangeKey }: Key) => [
    { AttributeName: hashKey, KeyType: "HASH" as const },
    ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
  ];
  const indexes = Object.entries(table.indexes ?? {});
  const names = new Set([table, ...Object.values(table.indexes ?? {})].flatMap(schema).map((key) => key.AttributeName));
  return new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: schema(table),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([IndexName, key]) => ({
        IndexName,
        KeySchema: schema(key),
        Projection: { ProjectionType: "ALL" as const },
      })),
    }),
  });
}
