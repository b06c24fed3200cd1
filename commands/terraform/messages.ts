import { z } from "zod";

/** What Terraform does to one resource, from `plan -json` and `apply -json`. https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export interface Progress {
  readonly state: "started" | "done" | "failed";
  readonly address: string;
  /** `create`, `update`, `delete` and such. */
  readonly action: string;
  /** Seconds since it was started. */
  readonly seconds?: number | undefined;
}

/** A problem that Terraform found. */
export interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: string | undefined;
}

const hook = z.looseObject({
  resource: z.looseObject({ addr: z.string() }),
  action: z.string(),
  elapsed_seconds: z.number().optional(),
});
const diagnostic = z.looseObject({
  severity: z.string(),
  summary: z.string(),
  detail: z.string().default(""),
  address: z.string().optional(),
});
const message = z.looseObject({ type: z.string(), hook: z.unknown().optional(), diagnostic: z.unknown().optional() });

const STATES = new Map<string, Progress["state"]>([
  ["apply_start", "started"],
  ["apply_complete", "done"],
  ["apply_errored", "failed"],
]);

/** Reads a line of `-json`; undefined if it is of no interest, or is not one, as what a provider prints is not. */
export function readMessage(line: string): Progress | Diagnostic | undefined {
  const read = message.safeParse(jsonOf(line));
  if (!read.success) return undefined;
  const { type, hook: what, diagnostic: problem } = read.data;
  if (type === "diagnostic") return diagnostic.safeParse(problem).data;
  const state = STATES.get(type);
  const found = state && hook.safeParse(what).data;
  if (!state || !found) return undefined;
  return { state, address: found.resource.addr, action: found.action, seconds: found.elapsed_seconds };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
