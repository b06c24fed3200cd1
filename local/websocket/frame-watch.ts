/** The bytes of a frame's header before its extended length; see RFC 6455, section 5.2. */
const SHORT_HEADER = 2;
const MASK = 4;

/**
 * Watches the bytes of a WebSocket connection for frames that are too large. The `ws` library limits messages only;
 * API Gateway also limits the frames in which they are sent.
 */
export class FrameWatch {
  private readonly header: number[] = [];
  private payload = 0;

  /** @param limit the largest payload of a frame, in bytes */
  constructor(private readonly limit: number) {}

  /** Takes the next bytes of the connection. Returns false once a frame is larger than the limit. */
  accepts(bytes: Uint8Array): boolean {
    let position = 0;
    while (position < bytes.length) {
      if (this.payload > 0) {
        const skipped = Math.min(this.payload, bytes.length - position);
        this.payload -= skipped;
        position += skipped;
        continue;
      }
      this.header.push(bytes[position++] ?? 0);
      const length = this.payloadLength();
      if (length === undefined) continue;
      if (length > this.limit) return false;
      this.header.length = 0;
      this.payload = length;
    }
    return true;
  }

  /** Returns the length of the payload once the whole header is there. */
  private payloadLength(): number | undefined {
    const [, second = 0] = this.header;
    const short = second & 0x7f;
    const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
    const mask = second & 0x80 ? MASK : 0;
    if (this.header.length < SHORT_HEADER + extended + mask) return undefined;
    if (extended === 0) return short;
    return this.header.slice(SHORT_HEADER, SHORT_HEADER + extended).reduce((sum, byte) => sum * 256 + byte, 0);
  }
}
