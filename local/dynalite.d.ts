/** The parts of dynalite 4.0.0 that the local cloud is built on: its operations, without its HTTP server. */

declare module "dynalite/db" {
  type JsonObject = import("./shared/json").JsonObject;
  type Done = (error?: unknown, item?: JsonObject) => void;
  export interface Write {
    readonly type: "put" | "del";
    readonly key: string;
    readonly value?: JsonObject;
  }
  /** The items of one table or index. */
  export interface Items {
    get(key: string, done: Done): void;
    put(key: string, value: JsonObject, done: Done): void;
    del(key: string, done: Done): void;
    /** Calls `work` once the key is free; what `release` makes of a callback frees it and calls back. */
    lock(key: string, work: (release: (done: Done) => Done) => void): void;
  }
  export interface Store {
    readonly db: {
      open(): Promise<void>;
      get(key: string, done: Done): void;
      /** Writes all or nothing, also if the process is killed. */
      batch(writes: readonly Write[]): Promise<void>;
      close(callback: (error?: Error | null) => void): void;
    };
    readonly tableDb: { awsAccountId: string; awsRegion: string };
    getItemDb(table: string): Items;
    getIndexDb(type: string, table: string, index: string): Items;
  }
  export interface Options {
    readonly path: string;
    /** How long tables are being created, deleted and updated, in milliseconds. */
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }
  export function create(options: Options): Store;
  /** Of an item in DynamoDB's JSON, in bytes. */
  export function itemSize(item: JsonObject): number;
}

declare module "dynalite/validations" {
  import type { Store } from "dynalite/db";

  type JsonObject = import("./shared/json").JsonObject;
  export type Types = Readonly<Record<string, string | object>>;
  export interface Validation {
    readonly types: Types;
    /** Says what is wrong with a request that has the right types. */
    readonly custom?: (data: JsonObject, store: Store) => string | null | undefined;
  }
  /** The data without what the types do not know. */
  export function checkTypes(data: JsonObject, types: Types): JsonObject;
  export function checkValidations(data: JsonObject, types: Types, custom: Validation["custom"], store: Store): void;
}
