import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../shared/clock";
import type { AccessKey } from "./access-keys";

/** The parts of a received request that a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** The path and query as they were sent. */
  readonly target: string;
  /** Names and values in turn, as Node.js keeps them in `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

/** The key that signed a request, or the reason why the signature does not count. */
export type Verdict = { readonly key: AccessKey } | Refusal;

export interface Refusal {
  /** `missing` without a signature, `unknown` for a key that the local cloud did not issue, else `invalid`. */
  readonly reason: "missing" | "unknown" | "invalid";
  /** One sentence for the developer. */
  readonly refusal: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** The most milliseconds by which the signer's clock may differ; see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
export const MAX_SKEW = 5 * 60 * 1000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request *, *SignedHeaders=([a-z0-9;_-]+) *, *Signature=([0-9a-f]{64})$/;

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Uint8Array, data: string) => createHmac("sha256", key).update(data).digest();

/**
 * Verifies Signature Version 4 in the Authorization header, with the local keys, for one service and region. The
 * procedure is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class SignatureVerifier {
  private readonly keys = new Map<string, AccessKey>();
  private readonly signingKeys = new Map<string, Buffer>();

  constructor(
    keys: readonly AccessKey[],
    private readonly region: string,
    private readonly service: string,
    private readonly clock: Pick<Clock, "now">,
  ) {
    for (const key of keys) this.keys.set(key.accessKeyId, key);
  }

  /** Verifies the signature of a request. Nothing else about the request is checked. */
  verify(request: SignedRequest): Verdict {
    const headers = headersOf(request.rawHeaders);
    const authorization = headers.get("authorization");
    if (authorization === undefined) return refused("The request is not signed.", "missing");
    const match = AUTHORIZATION.exec(authorization);
    if (!match) return refused(`The Authorization header is not one of ${ALGORITHM}.`);
    const [, accessKeyId = "", date = "", region, service, signedHeaders = "", signature = ""] = match;
    const key = this.keys.get(accessKeyId);
    if (!key) return refused("The access key is not one of the local keys.", "unknown");
    if (region !== this.region) return refused(`The request is signed for another region: sign for ${this.region}.`);
    if (service !== this.service)
      return refused(`The request is signed for another service: sign for ${this.service}.`);
    const time = headers.get("x-amz-date") ?? "";
    const signedAt = timeOf(time);
    if (signedAt === undefined || !time.startsWith(date))
      return refused("The x-amz-date header is missing or malformed.");
    if (Math.abs(this.clock.now() - signedAt) > MAX_SKEW) return refused("The signature is older than five minutes.");
    if (headers.get("x-amz-security-token") !== key.sessionToken)
      return refused("The x-amz-security-token header does not belong to the access key.", "unknown");

    const names = signedHeaders.split(";");
    const unsigned = ["host", ...[...headers.keys()].filter((name) => name.startsWith("x-amz-"))].find(
      (name) => !names.includes(name),
    );
    if (unsigned !== undefined) return refused(`The ${unsigned} header has to be signed.`);
    const bodyHash = sha256(request.body);
    const claimed = headers.get("x-amz-content-sha256") ?? bodyHash;
    if (claimed === "UNSIGNED-PAYLOAD") return refused("The body has to be signed: UNSIGNED-PAYLOAD is not accepted.");
    if (claimed !== bodyHash) return refused("The x-amz-content-sha256 header is not the hash of the body.");

    const canonical = canonicalRequest(request, headers, names, bodyHash);
    const scope = `${date}/${region}/${service}/aws4_request`;
    const text = `${ALGORITHM}\n${time}\n${scope}\n${sha256(canonical)}`;
    const expected = hmac(this.signingKey(key, date), text);
    if (!timingSafeEqual(expected, Buffer.from(signature, "hex")))
      return refused("The signature does not match: another secret, or the request was changed after it was signed.");
    return { key };
  }

  private signingKey({ accessKeyId, secretAccessKey }: AccessKey, date: string): Buffer {
    const id = `${accessKeyId}/${date}`;
    let signingKey = this.signingKeys.get(id);
    if (!signingKey) {
      const dated = hmac(`AWS4${secretAccessKey}`, date);
      signingKey = hmac(hmac(hmac(dated, this.region), this.service), "aws4_request");
      this.signingKeys.set(id, signingKey);
    }
    return signingKey;
  }
}

const refused = (refusal: string, reason: Refusal["reason"] = "invalid"): Refusal => ({ reason, refusal });

/** Returns headers by lower-case name with repeated ones joined and white space as in the canonical request. */
function headersOf(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = rawHeaders[index + 1]?.trim().replace(/ {2,}/g, " ") ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** Parses an `x-amz-date` such as `20260304T050607Z` to epoch milliseconds. */
function timeOf(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function canonicalRequest(
  { method, target }: SignedRequest,
  headers: ReadonlyMap<string, string>,
  names: readonly string[],
  bodyHash: string,
): string {
  const [path = "", query = ""] = splitOnce(target, "?");
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${headers.get(name) ?? ""}`),
    "",
    names.join(";"),
    bodyHash,
  ].join("\n");
}

/** Percent-encodes all but A-Z a-z 0-9 - _ . ~, of which encodeURIComponent misses five characters. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Encodes the path a second time after resolving dots and repeated slashes, as every service but S3 does. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const joined = segments.map(encode).join("/");
  return joined === "" ? "/" : `/${joined}${path.endsWith("/") ? "/" : ""}`;
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((pair) => {
    const [name = "", value = ""] = splitOnce(pair, "=");
    return [encode(decode(name)), encode(decode(value))] as const;
  });
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  pairs.sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

/** Undoes percent-encoding. Malformed text stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + separator.length)];
}
