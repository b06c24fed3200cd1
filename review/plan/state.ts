import { z } from "zod";

const stateSchema = z.looseObject({ serial: z.number().int().nonnegative(), lineage: z.string() });

/** Which state it is and how often it was written: a plan is good for exactly one of both. */
export interface StateVersion {
  readonly serial: number;
  readonly lineage: string;
}

/**
 * Reads what `terraform state pull` prints. Nothing but these two fields is kept, because a state may hold secrets.
 * An empty output is a state that was never written.
 *
 * @throws Error if it is not a state.
 */
export function readStateVersion(pulled: string): StateVersion {
  if (pulled.trim() === "") return { serial: 0, lineage: "" };
  const parsed = stateSchema.safeParse(JSON.parse(pulled));
  if (!parsed.success) throw new Error("This is not a state: give what `terraform state pull` prints.");
  return { serial: parsed.data.serial, lineage: parsed.data.lineage };
}
