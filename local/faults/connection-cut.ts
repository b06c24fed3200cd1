/** Thrown instead of an answer by whoever wants the client's connection closed without one. */
export class ConnectionCut extends Error {
  override readonly name = "ConnectionCut";
}
