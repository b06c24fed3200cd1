/** The cut of a delivery: the places after the first one are divided evenly into segments. */
export interface Cut {
  /** The place up to which everyone is done. */
  readonly after: string;
  readonly segments: number;
}

/** What a worker finds out about a segment when it takes it up. */
type Claim =
  /** It has the segment to itself, and continues after a place if somebody began it. */
  | { readonly state: "claimed"; readonly after?: string }
  | { readonly state: "finished" }
  /** Another worker is at work on it, or ended without a word a moment ago. */
  | { readonly state: "busy" };

/** Remembers what became of the parts of a delivery, for long enough that whoever tries again continues. */
export interface DeliveryProgress {
  /** Remembers how a message's delivery is cut. Who asks again for the same message gets the first cut. */
  cut(messageId: string, proposal: Cut, now: number): Promise<Cut>;
  /**
   * Claims a segment until a time, both in milliseconds since 1970. If several claim it at once, one gets it.
   *
   * @param segment the message's id and the segment's number
   */
  claim(segment: string, now: number, until: number): Promise<Claim>;
  /** Notes the place up to which a claimed segment is done. */
  note(segment: string, place: string): Promise<void>;
  /** Gives a claimed segment back, for another worker to continue with. */
  release(segment: string): Promise<void>;
  /** Notes that a claimed segment is done. */
  finish(segment: string): Promise<void>;
}
