/** The parts of dynalite 4.0.0 that the local cloud is built on: its operations, without its HTTP server. */

declare module "dynalite/db" {
  export interface Store {
    readonly db: {
      open(): Promise<void>;
      close(callback: (error?: Error | null) => void): void;
    };
    readonly tableDb: { awsAccountId: string; awsRegion: string };
  }
  export interface Options {
    readonly path: string;
    /** How long tables are being created, deleted and updated, in milliseconds. */
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }
  export function create(options: Options): Store;
}

declare module "dynalite/validations" {
  import type { Store } from "dynalite/db";
  export interface Validation {
    readonly types: object;
    readonly custom?: unknown;
  }
  export function checkTypes(data: object, types: object): object;
  export function checkValidations(data: object, types: object, custom: unknown, store: Store): void;
}
