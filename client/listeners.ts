import { type Announcement, type Change, type Changes, isChange } from "./events";
import type { Refusal } from "./link";
import type { TopicReading } from "./readings";

/** `paused` is the state of a page that was put away and may be shown again. */
export type State = "connecting" | "open" | "waiting" | "paused" | "closed";

type ChangesByType = { readonly [Type in keyof Changes]: Change<Type> };

/** The kinds that can be listened to: each type of change, and these. */
export interface Heard extends ChangesByType {
  /** Every change, and every announcement of another server. */
  readonly event: Change | Announcement;
  readonly state: State;
  /** A topic's list was read: at the beginning, and after every time in which something may have been missed. */
  readonly "caught-up": TopicReading;
  /** The server refused a subscription. It is not asked for again. */
  readonly refused: Refusal;
  /** An attempt failed; another one follows. A browser does not tell a page why a connection failed. */
  readonly failed: unknown;
}

/** The listeners, by the kinds that they listen to. */
export class Listeners {
  readonly #byKind = new Map<keyof Heard, Set<(heard: never) => void>>();

  /** @param report takes what a listener throws, which must not keep others from hearing */
  constructor(private readonly report: (error: unknown) => void) {}

  /** Calls for everything of one kind. Returns what ends that. */
  on<Kind extends keyof Heard>(kind: Kind, listener: (heard: Heard[Kind]) => void): () => void {
    const listeners = this.#byKind.get(kind) ?? new Set();
    this.#byKind.set(kind, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Kind extends keyof Heard>(kind: Kind, heard: Heard[Kind]): void {
    for (const listener of [...(this.#byKind.get(kind) ?? [])])
      try {
        listener(heard as never);
      } catch (error) {
        this.report(error);
      }
  }

  /** Tells of a change or an announcement. */
  tell(event: Change | Announcement): void {
    this.emit("event", event);
    // Others choose the types of their announcements, which must not pass for kinds of ours.
    if (isChange(event)) this.emit(event.type, event as never);
  }

  clear(): void {
    this.#byKind.clear();
  }
}
