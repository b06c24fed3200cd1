import type { Severity } from "../../finding";

/** Says what it means to lose a resource of a type. */
export interface Kind {
  /** The severity if it goes for good. */
  readonly destroyed: Severity | "silent";
  /** The severity if another takes its place. */
  readonly replaced: Severity | "silent";
  readonly lost: string;
  readonly remedy: string;
  /** The attributes that AWS tells it by; two with the same cannot exist at once. */
  readonly identity: readonly string[];
  /** The failure if a new one is made while the old one, with the same identity, is still there. */
  readonly taken?: string;
  /** The resource that it is a part of, by the attributes of both that are equal: it is lost with that one. */
  readonly partOf?: readonly { readonly type: string; readonly own: string; readonly its: string }[];
}

/** The remedy where there is nothing more to say. */
export const KEEP = "Take the change back, or keep the old one until nothing needs it.";
/** The failure of a second one under a name that is taken. */
export const REFUSED = "AWS refuses a second one of the same name, so the apply fails before the old one goes.";
/** A call that AWS takes as an overwrite: the deletion of the old one then deletes the new one. */
export const OVERWRITES =
  "AWS takes the second as an overwrite of the first, and deleting the first then deletes both.";
