import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http/messages";
import type { AccessKey, Identity } from "../iam/access-keys";
import { accessKeyId, denial } from "../iam/permissions";
import { isObject, parseJson } from "../shared/json";
import { createKms, type Kms } from "./signing-key";

const TARGET = "TrentService.";
/** Bytes of a request: more than the longest message takes. */
const MAX_BYTES = 64 * 1024;

export interface KmsApiSettings {
  readonly folder: string;
  readonly keyArns: readonly string[];
  readonly keys: Iterable<AccessKey>;
}

/** KMS's HTTP API: checks what the caller's policy allows. */
export class KmsApi {
  private readonly kms: Kms;
  private readonly identities: ReadonlyMap<string, Identity>;

  /** Throws a StartError if what the keys are made from is damaged. */
  constructor({ folder, keyArns, keys }: KmsApiSettings) {
    this.kms = createKms({ folder, keyArns });
    this.identities = new Map([...keys].map((key) => [key.accessKeyId, key.identity]));
  }

  /** Whether a request is for KMS: it comes to the port that DynamoDB has. */
  serves({ headers }: IncomingMessage): boolean {
    return String(headers["x-amz-target"]).startsWith(TARGET);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(request, MAX_BYTES))?.toString() ?? "";
    const target = String(request.headers["x-amz-target"]);
    const refusal = this.refusal(request, target, body);
    const answer = refusal ? { status: 400, body: JSON.stringify(refusal) } : this.kms.handle(target, body);
    response.writeHead(answer.status, ["content-type", "application/x-amz-json-1.1"]).end(answer.body);
  }

  private refusal({ headers }: IncomingMessage, target: string, body: string): object | undefined {
    const key = accessKeyId(headers);
    if (key === undefined)
      return { __type: "MissingAuthenticationTokenException", message: "Request is missing Authentication Token" };
    const input = parseJson(body);
    const resource = isObject(input) ? String(input.KeyId) : "*";
    const action = `kms:${target.slice(TARGET.length)}`;
    const denied = denial(this.identities.get(key), [{ action, resource }]);
    return denied === undefined ? undefined : { __type: "AccessDeniedException", message: denied };
  }
}
