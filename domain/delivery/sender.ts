/**
 * The outcome of one send: `gone` (closed, or not yet open), `invalid` (no connection can have this id), `throttled`
 * (too many requests, or the client reads too slowly), `unavailable` (no answer, or the gateway is in trouble),
 * `forbidden` (this function may not send), `refused` (the gateway will not take this message).
 */
export type SendOutcome = "delivered" | "gone" | "invalid" | "throttled" | "unavailable" | "forbidden" | "refused";

export interface Sender {
  /** Makes one attempt, bounded in time. Never rejects. The bytes are not changed as long as they are sent. */
  send(connectionId: string, data: Uint8Array, signal: AbortSignal): Promise<SendOutcome>;
}
