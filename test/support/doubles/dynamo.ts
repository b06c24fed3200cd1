import { randomUUID } from "node:crypto";
import fs from "node:fs";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
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
import { DynamoDbError } from "../../../local/dynamodb/errors";
import type { Key, TableDefinition } from "../../../runtime/dynamo/table";
import { openDatabase } from "../../local/dynamodb/database";
import { type Listening, serve } from "./servers/http-server";

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

/** A database that speaks HTTP, and what a client is made with besides its address. */
interface Served extends Listening {
  readonly client?: Pick<DynamoDBClientConfig, "requestHandler" | "signer">;
}

/**
 * Starts a DynamoDB to test against; or, if TEST_DYNAMODB_ENDPOINT is set, takes whatever answers there, with its own
 * credentials and region. The tables created are deleted in the end.
 */
export async function startDynamo(start: () => Promise<Served> = startInThisProcess): Promise<Dynamo> {
  const given = process.env.TEST_DYNAMODB_ENDPOINT;
  if (!given) Object.assign(process.env, awsVariables);
  const local = given ? undefined : await start();
  const endpoint = given ?? local?.url ?? "";
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, ...local?.client }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const created: string[] = [];
  return {
    endpoint,
    client,
    async create(table) {
      const TableName = `${table}-${randomUUID()}`;
      let status = (await client.send(createTable(TableName, tables[table]))).TableDescription?.TableStatus;
      created.push(TableName);
      while (status !== "ACTIVE")
        status = (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
      return TableName;
    },
    async stop() {
      if (given) for (const TableName of created) await client.send(new DeleteTableCommand({ TableName }));
      client.destroy();
      await local?.stop();
    },
  };
}

/**
 * Starts the local cloud's database without its thread, with its data in a folder of its own. The client asks it without
 * HTTP, which is most of what a call takes; who knows the address only asks by HTTP.
 */
async function startInThisProcess(): Promise<Served> {
  const database = await openDatabase();
  const answer = async (target: unknown, body: string) => {
    const [, operation = ""] = String(target).split(".");
    try {
      return { statusCode: 200, json: JSON.stringify(await database.call(operation, JSON.parse(body))) };
    } catch (error) {
      if (error instanceof DynamoDbError) return { statusCode: error.status, json: JSON.stringify(error.body) };
      throw error;
    }
  };
  const type = { "content-type": "application/x-amz-json-1.0" };
  const { url, stop } = await serve(async ({ headers, body }, response) => {
    const { statusCode, json } = await answer(headers["x-amz-target"], body.toString());
    response.writeHead(statusCode, type).end(json);
  });
  const decoder = new TextDecoder();
  return {
    url,
    client: {
      requestHandler: {
        async handle({ headers, body }: { readonly headers: Record<string, string>; readonly body?: Uint8Array }) {
          const { statusCode, json } = await answer(headers["x-amz-target"], decoder.decode(body));
          return { response: { statusCode, headers: type, body: Buffer.from(json) } };
        },
      },
      // Nobody would look at the signature.
      signer: { sign: async (request) => request },
    },
    async stop() {
      await stop();
      await database.close();
      fs.rmSync(database.folder, { recursive: true });
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
