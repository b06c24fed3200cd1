import { createHmac, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { StartError } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";

/** The answer to one call: an HTTP status and a body of the type `application/x-amz-json-1.1`. */
interface KmsResponse {
  readonly status: number;
  readonly body: string;
}

/** KMS's one operation here: MACs by keys that stay in it. */
export interface Kms {
  /** @param target the header `X-Amz-Target` */
  handle(target: string | undefined, body: string): KmsResponse;
}

const ROOT_BYTES = 32;
const ALGORITHM = "HMAC_SHA_256";
const MESSAGE_BYTES = 4_096; // https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Keys of the kind HMAC_256. What they are made from is random and kept in `kms.key` in the data folder, so that what
 * was signed before a restart is still valid after it.
 *
 * @param keyArns the keys there are; a caller has to name them by these ARNs
 * @throws StartError if the file is damaged
 */
export function createKms({ folder, keyArns }: { readonly folder: string; readonly keyArns: readonly string[] }): Kms {
  const root = rootIn(folder);

  function generateMac(request: JsonObject): KmsResponse {
    const { KeyId, Message, MacAlgorithm, ...others } = request;
    const [other] = Object.keys(others);
    if (other !== undefined) return failure("ValidationException", `The field ${other} is not emulated.`);
    if (typeof KeyId !== "string" || !keyArns.includes(KeyId))
      return failure("NotFoundException", `Key '${String(KeyId)}' does not exist; there are: ${keyArns.join(", ")}.`);
    if (MacAlgorithm !== ALGORITHM)
      return failure(
        "InvalidKeyUsageException",
        `${KeyId} is a key of the kind HMAC_256, whose algorithm is ${ALGORITHM}.`,
      );
    const message = typeof Message === "string" && BASE64.test(Message) ? Buffer.from(Message, "base64") : undefined;
    if (message === undefined || message.length === 0 || message.length > MESSAGE_BYTES)
      return failure("ValidationException", `Message has to be 1 to ${MESSAGE_BYTES} bytes in base64.`);
    const key = createHmac("sha256", root).update(KeyId).digest();
    const mac = createHmac("sha256", key).update(message).digest("base64");
    return { status: 200, body: JSON.stringify({ KeyId, Mac: mac, MacAlgorithm: ALGORITHM }) };
  }

  return {
    handle(target, body) {
      if (target !== "TrentService.GenerateMac")
        return failure(
          "UnknownOperationException",
          `${target ?? "A call without X-Amz-Target"} is not emulated: only TrentService.GenerateMac is.`,
        );
      const request = parseJson(body);
      return isObject(request)
        ? generateMac(request)
        : failure("SerializationException", "The body is not a JSON object.");
    },
  };
}

const failure = (type: string, message: string): KmsResponse => ({
  status: 400,
  body: JSON.stringify({ __type: type, message }),
});

function rootIn(folder: string): Buffer {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "kms.key");
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(ROOT_BYTES), { flag: "wx", mode: 0o600 });
  const root = fs.readFileSync(file);
  if (root.length !== ROOT_BYTES)
    throw new StartError(
      `${file} has ${root.length} bytes, not ${ROOT_BYTES}: delete it, and a new one is made. Cursors given out before are then refused.`,
    );
  return root;
}
