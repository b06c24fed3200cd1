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
import { accessDenied, DynamoDbError, serviceError, unserializable } from "./errors";
import { injectedError } from "./injected-error";
import { type Inspection, inspect, parseBody } from "./requests/inspect";
import { DatabaseThread, HEAP_MEGABYTES } from "./thread/database-thread";
import type { Performed } from "./thread/protocol";
import { TableStreams } from "./thread/table-streams";

/** Bytes of a request; see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MOST_BYTES = 16 * 1024 * 1024;
/** The bytes up to which a body is read here and not in the thread, which saves a message there and back. */
const SMALL_BYTES = 32 * 1024;

export interface DynamoDbSettings {
  /** The path of the program in whose thread the database runs, the built `database.cjs`. */
  readonly program: string;
  /** The most megabytes that it may take. @default HEAP_MEGABYTES */
  readonly heapMegabytes?: number;
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

/**
 * The HTTP API of DynamoDB and DynamoDB Streams: checks what the caller's policy allows and has the database, which
 * runs in a thread of its own, do what is asked for.
 */
export class DynamoDb {
  /** The tables' change streams, for what runs in this process. */
  readonly streams: TableStreams;

  private constructor(
    private readonly settings: DynamoDbSettings,
    private readonly thread: DatabaseThread,
  ) {
    this.streams = new TableStreams(thread);
  }

  /** Opens the data and makes the tables. Throws a StartError if the data is in use, damaged or of other tables. */
  static async start(settings: DynamoDbSettings): Promise<DynamoDb> {
    const { program, folder, tables, clock, hint, place, sync = false, heapMegabytes = HEAP_MEGABYTES } = settings;
    const thread = await DatabaseThread.start({ program, heapMegabytes, folder, place, tables, sync, clock, hint });
    return new DynamoDb(settings, thread);
  }

  /** Answers a request. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await this.answer(request));
    } catch (error) {
      if (error instanceof ConnectionCut) throw error;
      if (error instanceof DynamoDbError) send(response, performed(error));
      else if (codeOf(error) === "ECONNRESET") throw error;
      else {
        send(response, performed(serviceError("InternalServerError", "Internal server error", 500)));
        this.settings.hint(`DynamoDB answers 500: ${messageOf(error)}`);
      }
    }
  }

  /** Waits for what is under way and closes the data. */
  stop(): Promise<void> {
    return this.thread.stop();
  }

  private async answer(request: IncomingMessage): Promise<Performed> {
    const { headers } = request;
    const body = await readBody(request, MOST_BYTES);
    if (!body) throw serviceError("RequestEntityTooLargeException", "The request is larger than 16 MB.", 413);
    const { target, operation } = this.find(headers["x-amz-target"], headers["content-type"]);
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) throw serviceError(caller.error.type, caller.error.message);
    const { inspection, perform, drop } = await this.read(target, operation, body);
    try {
      if (!inspection.permissions) throw unserializable("The request body is not a JSON object.");
      const denied = denial(caller.identity, inspection.permissions);
      if (denied !== undefined) throw accessDenied(denied);
      const { faults } = this.settings;
      if (!faults) return await perform();
      return await faults.around({ service: "dynamodb", operation, ...callOf(request, caller.identity) }, perform, {
        error: (error) => {
          throw injectedError(error, inspection.actions);
        },
      });
    } finally {
      drop?.();
    }
  }

  /** Finds out what a body needs, here or in the thread, and how to go on with it. */
  private async read(
    target: string,
    operation: string,
    body: Buffer,
  ): Promise<{ inspection: Inspection; perform: () => Promise<Performed>; drop?: () => void }> {
    const { thread } = this;
    if (body.length <= SMALL_BYTES) {
      const text = body.toString();
      const inspection = inspect(operation, parseBody(text), this.settings.place);
      return { inspection, perform: () => thread.ask("perform", { target, operation, body: text }) };
    }
    const inspected = thread.number();
    const inspection = await thread.ask("inspect", { operation, body }, [], inspected);
    return {
      inspection,
      perform: () => thread.ask("perform", { target, operation, body: inspected }),
      // A thread that has ended holds no body any more, and whoever waits for its answer is told.
      drop: () => void thread.ask("drop", { inspected }).catch(() => undefined),
    };
  }

  /** Finds the operation that a request names. Throws a DynamoDbError, AWS's own, for one that is not emulated. */
  private find(header: string | string[] = "", type = ""): { readonly target: string; readonly operation: string } {
    const [target = "", operation = ""] = String(header).split(".");
    const found = this.thread.services.find((service) => service.target === target);
    // Requests of other services come here too: functions know no other address.
    if (!found || !type.startsWith("application/x-amz-json-1.0"))
      throw serviceError(
        "UnknownOperationException",
        `The local cloud has DynamoDB, KMS and SQS only; this is ${String(header) || "something else"}.`,
      );
    if (found.operations.includes(operation)) return { target, operation };
    this.settings.hint(`DynamoDB's ${operation} is not emulated.`);
    throw serviceError("UnknownOperationException");
  }
}

const performed = ({ status, body }: DynamoDbError): Performed => ({ status, json: JSON.stringify(body) });

function send(response: ServerResponse, { status, json }: Performed): void {
  const body = Buffer.from(json);
  response.writeHead(status, [
    ...["content-type", "application/x-amz-json-1.0", "content-length", String(body.length)],
    ...["x-amz-crc32", String(crc32(body)), "x-amzn-requestid", randomUUID()],
  ]);
  response.end(body);
}
