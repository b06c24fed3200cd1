/** The names of a key's attributes. Every key of the platform is a string. */
export interface Key {
  readonly hashKey: string;
  readonly rangeKey?: string;
}

/** A table as its store, its stack and its tests know it: the one place that names its keys and its indexes. */
export interface TableDefinition extends Key {
  /** The end of its physical name: `websocket-tickets` of `blogapp-staging-websocket-tickets`. */
  readonly name: string;
  /** The environment variable in which a function that uses the table finds its physical name. */
  readonly variable: string;
  /** The global secondary indexes by name. They hold whole items. */
  readonly indexes?: Readonly<Record<string, Key>>;
  /** The attribute that holds, in epoch seconds, when DynamoDB may remove an item. */
  readonly timeToLive?: string;
  /** The images that the records of its change stream hold. Another choice makes another stream. @default - no stream */
  readonly stream?: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
  /** Says whether losing the items loses something. Only what users wrote is backed up and protected. */
  readonly holds: "what users wrote" | "what comes back by itself";
}

/** The names of the attributes of a key, as a type. */
type NamesIn<Of extends Key> =
  | Of["hashKey"]
  | (Of extends { readonly rangeKey: infer Name extends string } ? Name : never);

/** The key of one item of a table: an attribute too few, too many or misspelt does not compile. */
export type ItemKey<Of extends Key> = Readonly<Record<NamesIn<Of>, string>>;

/** Returns the names of the attributes of a key, the hash key first. */
export const namesIn = ({ hashKey, rangeKey }: Key): readonly string[] =>
  rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
