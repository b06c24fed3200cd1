import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { FrameWatch } from "../../../local/websocket/frame-watch";

const LIMIT = 1000;
/** The bytes of masked frames, as a client sends them; see RFC 6455, section 5.2. */
const frames = (sizes: readonly number[]) =>
  Buffer.concat(
    sizes.flatMap((size) => {
      const length = Buffer.alloc(size < 126 ? 0 : size < 65_536 ? 2 : 8);
      if (length.length > 0)
        length.writeUIntBE(size, length.length - Math.min(length.length, 6), Math.min(length.length, 6));
      const short = length.length === 0 ? size : length.length === 2 ? 126 : 127;
      return [Buffer.from([0x82, 0x80 | short]), length, Buffer.alloc(4, 7), Buffer.alloc(size, 1)];
    }),
  );

/** Returns whether the watch accepts the bytes, cut into pieces of the given lengths. */
function accepts(bytes: Buffer, pieces: readonly number[], limit = LIMIT): boolean {
  const watch = new FrameWatch(limit);
  let position = 0;
  for (const piece of [...pieces, bytes.length]) {
    if (!watch.accepts(bytes.subarray(position, position + piece))) return false;
    position += piece;
  }
  return true;
}

test("accepts frames up to the limit and no larger one, wherever the bytes are cut", () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: LIMIT + 5 }), fc.constantFrom(125, 126, LIMIT, LIMIT + 1)));
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 0, max: 700 })), (payloads, pieces) => {
      expect(accepts(frames(payloads), pieces)).toBe(payloads.every((size) => size <= LIMIT));
    }),
  );
});

test("reads the longest form of a frame's length", () => {
  expect(accepts(frames([70_000]), [], 70_000)).toBe(true);
  expect(accepts(frames([70_001]), [3, 3], 70_000)).toBe(false);
});
