import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConnectionCut } from "../faults/connection-cut";
import type { Faults } from "../faults/faults";
import { readBody } from "../http/messages";
import { type Authenticate, callOf } from "../iam/authentication";
import { denial } from "../iam/permissions";
import type { Clock } from "../shared/clock";
import { codeOf, messageOf } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import { SqsError, serviceError } from "./errors";
import { operations } from "./operations";
import type { Queues } from "./queues";

const TARGET = "AmazonSQS.";
/** The most bytes of a request: a batch of the largest messages, written in JSON's longest way. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface SqsApiSettings {
  readonly queues: Queues;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
  /** Injects faults into requests. @default - none */
  readonly faults?: Faults | undefined;
}

/** Serves SQS's HTTP API in its JSON protocol and checks what the caller's policy allows. */
export class SqsApi {
  constructor(private readonly settings: SqsApiSettings) {}

  /** Returns whether a request is for SQS, which shares its port with DynamoDB. */
  serves({ headers }: IncomingMessage): boolean {
    return String(headers["x-amz-target"]).startsWith(TARGET);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, await this.answer(request));
    } catch (error) {
      if (error instanceof ConnectionCut || codeOf(error) === "ECONNRESET") throw error;
      if (!(error instanceof SqsError)) this.settings.hint(`SQS answers 500: ${messageOf(error)}`);
      const known =
        error instanceof SqsError ? error : serviceError("InternalFailure", "We encountered an internal error.", 500);
      // Clients that are older than the JSON protocol know errors by these codes.
      send(response, known.status, known.body, [
        "x-amzn-query-error",
        `${known.code};${known.status < 500 ? "Sender" : "Receiver"}`,
      ]);
    }
  }

  private async answer(request: IncomingMessage): Promise<JsonObject> {
    const body = await readBody(request, MAX_BYTES);
    if (!body) throw serviceError("RequestEntityTooLargeException", `The request is larger than ${MAX_BYTES} bytes.`);
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) throw serviceError(caller.error.type, caller.error.message, 403);
    const name = String(request.headers["x-amz-target"]).slice(TARGET.length);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) {
      this.settings.hint(`SQS's ${name} is not emulated.`);
      throw serviceError("UnknownOperationException", `SQS's ${name} is not emulated.`);
    }
    const input = parseJson(body.toString());
    if (!isObject(input)) throw serviceError("SerializationException", "The request body is not a JSON object.");
    const { queues, clock, faults } = this.settings;
    const resource = resourceOf(queues, input);
    const denied = denial(caller.identity, [{ action: `sqs:${operation.action}`, resource }]);
    if (denied !== undefined) throw serviceError("AccessDeniedException", denied, 403);
    const perform = () => operation.answer(input, { queues, clock, caller: caller.identity.userId });
    if (!faults) return perform();
    return faults.around({ service: "sqs", operation: name, ...callOf(request, caller.identity) }, perform, {
      error: ({ name: type, status, message }) => {
        throw serviceError(type, message, status);
      },
    });
  }
}

/** The ARN of the queue that a request names; `*` if it names none that is there, which is answered later. */
function resourceOf(queues: Queues, { QueueUrl, QueueName }: JsonObject): string {
  try {
    if (typeof QueueUrl === "string") return queues.byUrl(QueueUrl).definition.arn;
    return typeof QueueName === "string" ? queues.byName(QueueName).definition.arn : "*";
  } catch (error) {
    if (error instanceof SqsError) return "*";
    throw error;
  }
}

function send(response: ServerResponse, status: number, answer: JsonObject, headers: readonly string[] = []): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, [
    ...["content-type", "application/x-amz-json-1.0", "content-length", String(body.length)],
    ...["x-amzn-requestid", randomUUID(), ...headers],
  ]);
  response.end(body);
}
