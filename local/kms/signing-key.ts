import { createHmac, randomBytes } from "node:crypto";
import path from "node:path";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import { damagedSecrets, parseSecrets, readSecretBytes, writeSecretFile } from "../shared/secret-file";

/** The HTTP status of a call and its body, of the type `application/x-amz-json-1.1`. */
interface KmsResponse {
  readonly status: number;
  readonly body: string;
}

/** The one operation of KMS that is emulated: MACs by keys that stay in KMS. */
export interface Kms {
  /** @param target the header `X-Amz-Target` */
  handle(target: string | undefined, body: string): KmsResponse;
}

const ROOT_BYTES = 32;
const ALGORITHM = "HMAC_SHA_256";
/** The longest message in bytes; see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html */
export const MAX_MESSAGE_BYTES = 4_096;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LOSS = "Cursors given out before are then refused.";

/**
 * Creates keys of the kind HMAC_256. They are derived from one random root in the file `kms.key` of the data folder, so
 * that what was signed before a restart is still valid after it.
 *
 * @param settings.keyArns the ARNs of the keys, by which callers have to name them
 * @throws StartError if the file is damaged or cannot be read or written
 */
export function createKms({ folder, keyArns }: { readonly folder: string; readonly keyArns: readonly string[] }): Kms {
  const root = loadRoot(path.join(folder, "kms.key"));

  function generateMac(request: JsonObject): KmsResponse {
    const { KeyId, Message, MacAlgorithm, ...others } = request;
    const [other] = Object.keys(others);
    if (other !== undefined) return failure("ValidationException", `The field ${other} is not emulated.`);
    if (typeof KeyId !== "string") return failure("ValidationException", "KeyId has to be the ARN of a key.");
    if (!keyArns.includes(KeyId))
      return failure("NotFoundException", `Key '${KeyId}' does not exist; there are: ${keyArns.join(", ")}.`);
    if (MacAlgorithm !== ALGORITHM)
      return failure(
        "InvalidKeyUsageException",
        `${KeyId} is a key of the kind HMAC_256, whose algorithm is ${ALGORITHM}.`,
      );
    const message = typeof Message === "string" && BASE64.test(Message) ? Buffer.from(Message, "base64") : undefined;
    if (message === undefined || message.length === 0 || message.length > MAX_MESSAGE_BYTES)
      return failure("ValidationException", `Message has to be 1 to ${MAX_MESSAGE_BYTES} bytes in base64.`);
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

/** Loads the root of the keys, or makes one if there is no file. Older versions wrote its 32 bytes as they are. */
function loadRoot(file: string): Buffer {
  const stored = readSecretBytes(file, LOSS);
  if (stored === undefined) {
    const root = randomBytes(ROOT_BYTES);
    writeSecretFile(file, { root: root.toString("base64") });
    return root;
  }
  // A file of today that was cut off to the length of an old one is still JSON at its beginning.
  if (stored.length === ROOT_BYTES && !stored.toString().startsWith('{\n  "root"')) return stored;
  const { root } = parseSecrets(stored, file, LOSS);
  const bytes = Buffer.from(typeof root === "string" ? root : "", "base64");
  if (bytes.length !== ROOT_BYTES) throw damagedSecrets(file, LOSS);
  return bytes;
}
