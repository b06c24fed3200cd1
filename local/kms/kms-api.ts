import type { IncomingMessage, ServerResponse } from "node:http";
import type { Faults } from "../faults/faults";
import { readBody } from "../http/messages";
import { type Authenticate, callOf } from "../iam/authentication";
import { denial } from "../iam/permissions";
import { isObject, parseJson } from "../shared/json";
import { createKms, type Kms } from "./signing-key";

const TARGET = "TrentService.";
/** The most bytes of a request, which is more than the longest message takes. */
const MAX_BYTES = 64 * 1024;

export interface KmsApiSettings {
  readonly folder: string;
  readonly keyArns: readonly string[];
  readonly authenticate: Authenticate;
  /** Injects faults into requests. @default - none */
  readonly faults?: Faults | undefined;
}

/** Serves KMS's HTTP API and checks what the caller's policy allows. */
export class KmsApi {
  private readonly kms: Kms;

  /** @throws StartError if the file with the keys is damaged */
  constructor(private readonly settings: KmsApiSettings) {
    this.kms = createKms(settings);
  }

  /** Returns whether a request is for KMS, which shares its port with DynamoDB. */
  serves({ headers }: IncomingMessage): boolean {
    return String(headers["x-amz-target"]).startsWith(TARGET);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_BYTES);
    const target = String(request.headers["x-amz-target"]);
    const { status, body: text } = body ? await this.answer(request, target, body) : TOO_LARGE;
    response.writeHead(status, ["content-type", "application/x-amz-json-1.1"]).end(text);
  }

  private async answer(request: IncomingMessage, target: string, body: Buffer) {
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) return failure(400, caller.error.type, caller.error.message);
    const input = parseJson(body.toString());
    const resource = isObject(input) && typeof input.KeyId === "string" ? input.KeyId : "*";
    const operation = target.slice(TARGET.length);
    const denied = denial(caller.identity, [{ action: `kms:${operation}`, resource }]);
    if (denied !== undefined) return failure(400, "AccessDeniedException", denied);
    const perform = () => this.kms.handle(target, body.toString());
    const { faults } = this.settings;
    if (!faults) return perform();
    return faults.around({ service: "kms", operation, ...callOf(request, caller.identity) }, perform, {
      error: ({ name, status, message }) => failure(status, name, message),
    });
  }
}

const failure = (status: number, type: string, message: string) => ({
  status,
  body: JSON.stringify({ __type: type, message }),
});
const TOO_LARGE = failure(413, "RequestEntityTooLargeException", `The request is larger than ${MAX_BYTES} bytes.`);
