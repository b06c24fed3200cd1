import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crc32 } from "node:zlib";
import type { TableDefinition } from "../definition/model";
import type { Place } from "../definition/terraform";
import { ConnectionCut } from "../faults/connection-cut";
import type { Faults } from "../faults/faults";
import { readBody } from "../http/messages";
import { type Authenticate, callOf } from "../iam/authentication";
import { denial } from "../iam/permissions";
import type { Clock } from "../shared/clock";
import { codeOf, messageOf } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import { Engine } from "./engine";
import { accessDenied, DynamoDbError, serviceError, unserializable } from "./errors";
import { injectedError } from "./injected-error";
import type { Operation } from "./operations/operation";
import { services } from "./operations/operations";
import { permissionsFor } from "./permissions";
import { StreamReader } from "./streams/reader";
import { createTables } from "./tables/definition";
import { resumeIndexes } from "./tables/lifecycle";
import { TimeToLive } from "./time-to-live";

/** Bytes of a request; see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MOST_BYTES = 16 * 1024 * 1024;

export interface DynamoDbSettings {
  readonly folder: string;
  readonly place: Place;
  readonly tables: readonly TableDefinition[];
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
  /**
   * True answers a write only once the disk has it, so that it survives a power cut; without, as is the default,
   * it survives the end of the process, however that ends.
   */
  readonly sync?: boolean;
  /** Injects faults into requests. @default - none */
  readonly faults?: Faults | undefined;
}

/** The HTTP API of DynamoDB and DynamoDB Streams: checks what the caller's policy allows and does what is asked for. */
export class DynamoDb {
  /** The tables' change streams, for what runs in this process. */
  readonly streams: StreamReader;

  private constructor(
    private readonly settings: DynamoDbSettings,
    private readonly engine: Engine,
    private readonly timeToLive: TimeToLive,
  ) {
    this.streams = new StreamReader(engine);
  }

  /** Opens the data and makes the tables. Throws a StartError if the data is in use, damaged or of other tables. */
  static async start(settings: DynamoDbSettings): Promise<DynamoDb> {
    const { folder, tables, clock, hint, place, sync = false } = settings;
    const engine = await Engine.open({ folder, place, clock, hint, sync });
    try {
      resumeIndexes(engine);
      await createTables(engine, tables, folder);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return new DynamoDb(settings, engine, new TimeToLive(engine, clock, hint));
  }

  /** Answers a request. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, await this.answer(request));
    } catch (error) {
      if (error instanceof ConnectionCut) throw error;
      if (error instanceof DynamoDbError) send(response, error.status, error.body);
      else if (codeOf(error) === "ECONNRESET") throw error;
      else {
        send(response, 500, serviceError("InternalServerError", "Internal server error").body);
        this.settings.hint(`DynamoDB answers 500: ${messageOf(error)}`);
      }
    }
  }

  /** Waits for what is under way and closes the data. */
  async stop(): Promise<void> {
    await this.timeToLive.stop();
    await this.engine.close();
  }

  private async answer(request: IncomingMessage): Promise<JsonObject> {
    const { headers } = request;
    const body = await readBody(request, MOST_BYTES);
    if (!body) throw serviceError("RequestEntityTooLargeException", "The request is larger than 16 MB.", 413);
    const { name, operation } = this.find(headers["x-amz-target"], headers["content-type"]);
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) throw serviceError(caller.error.type, caller.error.message);
    const input = parseJson(body.toString());
    if (!isObject(input)) throw unserializable("The request body is not a JSON object.");
    const denied = denial(caller.identity, permissionsFor(name, input, this.settings.place));
    if (denied !== undefined) throw accessDenied(denied);
    const perform = () => operation.answer(input, this.engine);
    const { faults } = this.settings;
    if (!faults) return perform();
    return faults.around({ service: "dynamodb", operation: name, ...callOf(request, caller.identity) }, perform, {
      error: (error) => {
        throw injectedError(error, input);
      },
    });
  }

  /** Finds the operation that a request names. Throws a DynamoDbError, AWS's own, for one that is not emulated. */
  private find(target: string | string[] = "", type = ""): { readonly name: string; readonly operation: Operation } {
    const [service = "", name = ""] = String(target).split(".");
    const found = services.find((candidate) => candidate.target === service);
    // Requests of other services come here too: functions know no other address.
    if (!found || !type.startsWith("application/x-amz-json-1.0"))
      throw serviceError(
        "UnknownOperationException",
        `The local cloud has DynamoDB, KMS and SQS only; this is ${String(target) || "something else"}.`,
      );
    const operation = found.operations.get(name);
    if (operation) return { name, operation };
    this.settings.hint(`DynamoDB's ${name} is not emulated.`);
    throw serviceError("UnknownOperationException");
  }
}

function send(response: ServerResponse, status: number, answer: JsonObject): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, [
    ...["content-type", "application/x-amz-json-1.0", "content-length", String(body.length)],
    ...["x-amz-crc32", String(crc32(body)), "x-amzn-requestid", randomUUID()],
  ]);
  response.end(body);
}
