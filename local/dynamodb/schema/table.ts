import type { JsonObject } from "../../shared/json";

export type KeyType = "S" | "N" | "B";
export type ViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

/** The attributes by which the items of a table or index are found. */
export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

export interface Index {
  /** Never used again within its table, so that what is left of a deleted index belongs to none. */
  readonly id: number;
  readonly name: string;
  readonly global: boolean;
  readonly key: KeySchema;
  readonly projection: "ALL" | "KEYS_ONLY" | "INCLUDE";
  readonly nonKeyAttributes: readonly string[];
  /** While it is being created, writes keep it up to date already. */
  readonly status: "ACTIVE" | "CREATING";
  readonly throughput: Throughput;
}

/** A table's stream, as long as it is on. */
export interface TableStream {
  readonly id: number;
  /** The last part of the stream's ARN: when it was switched on. */
  readonly label: string;
  readonly viewType: ViewType;
}

/** A table as it is stored. Times are in milliseconds. */
export interface Table {
  /** Never used again, so that what is left of a deleted table belongs to none. */
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly key: KeySchema;
  readonly attributes: readonly KeyAttribute[];
  readonly indexes: readonly Index[];
  readonly nextIndexId: number;
  readonly billing: { readonly mode: "PROVISIONED" | "PAY_PER_REQUEST"; readonly onDemandSince?: number };
  readonly throughput: Throughput;
  readonly stream?: TableStream;
  /** The label of the last stream, which DescribeTable names even when it is off. */
  readonly lastStreamLabel?: string;
  readonly timeToLive?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly deletionProtection: boolean;
  readonly tableClass?: string;
  /** Settings that are answered as they were given, and have no effect on one machine. */
  readonly encryption?: JsonObject;
  readonly onDemandThroughput?: JsonObject;
  readonly pointInTimeRecovery?: { readonly days: number; readonly since: number };
}

/** The names of the key's attributes, the partition key first. */
export const keyNames = ({ hash, range }: KeySchema): string[] => (range ? [hash.name, range.name] : [hash.name]);

/** The attributes that an index has of an item; undefined for all of them. */
export function projectedNames(table: Table, index: Index): ReadonlySet<string> | undefined {
  if (index.projection === "ALL") return undefined;
  const names = [...keyNames(table.key), ...keyNames(index.key)];
  return new Set(index.projection === "INCLUDE" ? [...names, ...index.nonKeyAttributes] : names);
}
