import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import type { Descriptor } from "../../../image/manifest";

/** Hears how many bytes went through so far. */
export type Progress = (bytes: number) => void;

/** An error of the network's kind: what came was cut or damaged on the way, and may come whole the next time. */
class Damaged extends Error {
  readonly code = "DAMAGED";
}

/** Returns a stream that lets a blob through, and ends with an error if it was not the one with the digest and the size. */
export function checking({ digest, size }: Descriptor, progress: Progress = () => undefined): Transform {
  const hash = createHash("sha256");
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      progress(bytes);
      done(bytes > size ? new Damaged(`${digest} is longer than ${size} bytes`) : undefined, chunk);
    },
    flush(done) {
      const came = `sha256:${hash.digest("hex")}`;
      done(came === digest ? undefined : new Damaged(`${digest} came as ${came}, ${bytes} bytes of ${size}`));
    },
  });
}
