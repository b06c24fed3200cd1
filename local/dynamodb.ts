import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import type { TableDefinition } from "./definition/model";
import type { Place } from "./definition/terraform";
import { DynamoDbError } from "./dynamodb-operations";
import { permissionsFor } from "./dynamodb-permissions";
import { DynamoDbStore } from "./dynamodb-store";
import { createTables } from "./dynamodb-tables";
import { readBody } from "./http/messages";
import type { Authenticate } from "./iam/authentication";
import { denial } from "./iam/permissions";
import type { Clock } from "./shared/clock";
import { messageOf } from "./shared/errors";
import { isObject, type JsonObject, member, parseJson } from "./shared/json";
import { TimeToLive } from "./time-to-live";

/** Bytes of a request; see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_BYTES = 16 * 1024 * 1024;
const TARGET = "DynamoDB_20120810.";

export interface DynamoDbSettings {
  readonly folder: string;
  readonly place: Place;
  readonly tables: readonly TableDefinition[];
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** DynamoDB's HTTP API: checks what the caller's policy allows and leaves the rest to dynalite. */
export class DynamoDb {
  private constructor(
    private readonly settings: DynamoDbSettings,
    private readonly store: DynamoDbStore,
    private readonly timeToLive: TimeToLive,
  ) {}

  /** Opens the data and makes the tables. Throws a StartError if the data is in use, damaged or of other tables. */
  static async start(settings: DynamoDbSettings): Promise<DynamoDb> {
    const { folder, tables, clock, hint, place } = settings;
    const store = await DynamoDbStore.open(folder, place, clock);
    try {
      await createTables(store, tables, folder);
    } catch (error) {
      await store.close();
      throw error;
    }
    const failed = (error: unknown) => hint(`Expired items could not be removed: ${messageOf(error)}`);
    return new DynamoDb(settings, store, new TimeToLive(store, tables, clock, failed));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, await this.answer(request));
    } catch (error) {
      if (!(error instanceof DynamoDbError)) this.settings.hint(`DynamoDB answers 500: ${messageOf(error)}`);
      if (error instanceof DynamoDbError) send(response, error.status, error.body);
      else send(response, 500, { __type: "com.amazon.coral.service#InternalServerError", message: "Internal error" });
    }
  }

  async stop(): Promise<void> {
    await this.timeToLive.stop();
    await this.store.close();
  }

  private async answer(request: IncomingMessage): Promise<object> {
    const { headers } = request;
    const body = await readBody(request, MAX_BYTES);
    if (!body) throw refusal("SerializationException", "The request is larger than 16 MB.", 413);
    const target = String(headers["x-amz-target"] ?? "");
    // Requests of other services come here too: functions know no other address.
    if (!target.startsWith(TARGET) || !/^application\/x-amz-json-1\.0/.test(headers["content-type"] ?? ""))
      throw refusal(
        "UnknownOperationException",
        `The local cloud has DynamoDB and KMS only; this is ${target || "something else"}.`,
      );
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) throw refusal(caller.error.type, caller.error.message);
    const input = parseJson(body.toString());
    if (!isObject(input)) throw refusal("SerializationException", "The request body is not a JSON object.");
    const operation = target.slice(TARGET.length);
    const denied = denial(caller.identity, permissionsFor(operation, input, this.settings.place));
    if (denied !== undefined)
      throw new DynamoDbError(400, { __type: "com.amazon.coral.service#AccessDeniedException", Message: denied });
    if (operation === "DescribeTimeToLive" || operation === "UpdateTimeToLive")
      return this.answerTimeToLive(operation, input);
    return this.store.call(operation, input);
  }

  /** dynalite has no time to live: the definition says what is on, and TimeToLive removes the items. */
  private answerTimeToLive(operation: string, { TableName, TimeToLiveSpecification }: JsonObject): object {
    const table = this.settings.tables.find(({ name }) => name === TableName);
    if (!table)
      throw new DynamoDbError(400, {
        __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
        message: `Requested resource not found: Table: ${String(TableName)} not found`,
      });
    const AttributeName = table.timeToLive;
    if (operation === "DescribeTimeToLive")
      return {
        TimeToLiveDescription:
          AttributeName === undefined
            ? { TimeToLiveStatus: "DISABLED" }
            : { TimeToLiveStatus: "ENABLED", AttributeName },
      };
    const same =
      member(TimeToLiveSpecification, "AttributeName") === AttributeName &&
      member(TimeToLiveSpecification, "Enabled") === true;
    if (!same) throw refusal("ValidationException", "Time to live is changed in the definition, not here.");
    return { TimeToLiveSpecification };
  }
}

const refusal = (type: string, message: string, status = 400) =>
  new DynamoDbError(status, { __type: `com.amazon.coral.service#${type}`, message });

function send(response: ServerResponse, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, [
    ...["content-type", "application/x-amz-json-1.0", "content-length", String(body.length)],
    ...["x-amz-crc32", String(crc32(body)), "x-amzn-requestid", randomUUID()],
  ]);
  response.end(body);
}
