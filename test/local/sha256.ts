import { createHash, createHmac } from "node:crypto";

/** SHA-256 and its HMAC as the AWS SDK's signer wants them. */
export class Sha256 {
  private readonly hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    if (secret instanceof ArrayBuffer) throw new Error("The signer uses strings and views.");
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: Uint8Array) {
    this.hash.update(data);
  }

  async digest() {
    return new Uint8Array(this.hash.digest());
  }

  reset() {
    throw new Error("The signer does not reset.");
  }
}

const bytesOf = (data: string | ArrayBufferView) =>
  typeof data === "string" ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
