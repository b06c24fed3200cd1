import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createKms } from "../../../local/kms/signing-key";
import { type Listening, serve } from "./servers/http-server";

/** Starts a KMS that makes MACs with the keys of these ARNs: the local cloud's, with its keys in a folder of its own. */
export async function startKms(...keyArns: readonly string[]): Promise<Listening> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-kms-"));
  const keys = createKms({ folder, keyArns });
  const { url, stop } = await serve(({ headers, body }, response) => {
    const mac = keys.handle(String(headers["x-amz-target"]), body.toString());
    response.writeHead(mac.status, { "content-type": "application/x-amz-json-1.1" }).end(mac.body);
  });
  return {
    url,
    async stop() {
      await stop();
      fs.rmSync(folder, { recursive: true });
    },
  };
}
