import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http/messages";
import type { Authenticate } from "../iam/authentication";
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
    const { status, body: text } = body ? this.answer(request, target, body) : TOO_LARGE;
    response.writeHead(status, ["content-type", "application/x-amz-json-1.1"]).end(text);
  }

  private answer(request: IncomingMessage, target: string, body: Buffer) {
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) return failure(400, caller.error.type, caller.error.message);
    const input = parseJson(body.toString());
    const resource = isObject(input) && typeof input.KeyId === "string" ? input.KeyId : "*";
    const denied = denial(caller.identity, [{ action: `kms:${target.slice(TARGET.length)}`, resource }]);
    return denied === undefined
      ? this.kms.handle(target, body.toString())
      : failure(400, "AccessDeniedException", denied);
  }
}

const failure = (status: number, type: string, message: string) => ({
  status,
  body: JSON.stringify({ __type: type, message }),
});
const TOO_LARGE = failure(413, "RequestEntityTooLargeException", `The request is larger than ${MAX_BYTES} bytes.`);
