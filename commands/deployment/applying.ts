import type { Terminal } from "../terminal/terminal";
import type { Progress } from "../terraform/messages";
import { applyPlan, type Planned } from "../terraform/stack";

/** Words for what Terraform did to a resource. */
const DONE: Readonly<Record<string, string>> = { create: "created", update: "changed", delete: "deleted" };

/** Applies the plan of a stack and prints every resource as it is done. Nothing is done if there are no changes. */
export async function applyWithProgress(planned: Planned, terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (!planned.changes) return;
  const steps = planned.plan.changes.flatMap(({ action }) =>
    action === "replace" ? [1, 1] : ["create", "update", "delete"].includes(action) ? [1] : [],
  ).length;
  let done = 0;
  await applyPlan(
    planned,
    ({ state, address, action, seconds }: Progress) => {
      if (state === "started") return;
      if (state === "done") done++;
      const what = state === "failed" ? terminal.styled("bad", `failed to ${action}`) : (DONE[action] ?? action);
      const time = seconds ? ` (${seconds} s)` : "";
      terminal.say(`  ${String(done).padStart(String(steps).length)}/${steps} ${what} ${address}${time}`);
    },
    signal,
  );
}
