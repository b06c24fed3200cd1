/**
 * The entry files that Lambda runs, as types. A function is one value: the `name` that its entry file exports is the
 * name of the file, of the bundle that is built from it, of the deployed function (after prefix and environment) and of
 * the service in its log. A stack that deploys a name nobody exports, or without the variables that the file reads,
 * does not compile.
 */
import type { $ZodType, input } from "zod/v4/core";

/** The modules of all entry files. A new function adds its line here. */
type Module =
  | typeof import("../../api/variables")
  | typeof import("../../functions/announce")
  | typeof import("../../functions/deliver-segments")
  | typeof import("../../functions/finish-deletions")
  | typeof import("../../functions/sweep")
  | typeof import("../../functions/websocket-broadcast")
  | typeof import("../../functions/websocket-connect")
  | typeof import("../../functions/websocket-default")
  | typeof import("../../functions/websocket-disconnect");

/** The name of an entry file: `websocket-connect` for `functions/websocket-connect.ts`. */
export type EntryName = Module["name"];

/** The variables that an entry file reads, as its exported zod schema takes them. */
export type VariablesOf<Name extends EntryName> =
  Extract<Module, { readonly name: Name }> extends { readonly variables: infer Schema extends $ZodType }
    ? input<Schema>
    : never;
