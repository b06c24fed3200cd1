import type { Change } from "../../plan/plan";
import { pick } from "../../plan/value";
import { compute } from "./compute";
import { expiryAttribute } from "./expiry";
import { gateways } from "./gateways";
import type { Kind } from "./kind";
import { stores } from "./stores";

/** Every type whose loss this reviewer knows; any other is asked about. */
export const KINDS: Readonly<Record<string, Kind>> = { ...stores, ...compute, ...gateways };

const UNFAMILIAR: Kind = {
  destroyed: "asks",
  replaced: "asks",
  lost: "This reviewer does not know what is lost with it.",
  remedy: "Find out what the resource holds and who uses it; then give its type a row in review/rules/losses.",
  identity: [],
};

/** A table that deletes its own rows and that nobody protects holds what can be made again. */
const TEMPORARY = {
  destroyed: "asks",
  replaced: "asks",
  lost: "Every row is lost. They expire by themselves anyway: whoever depends on one now, such as an open connection, has to start again.",
} as const;

/** Returns what the loss of this resource means. */
export function kindOf(change: Change): Kind {
  const kind = KINDS[change.type] ?? UNFAMILIAR;
  if (change.type === "aws_dynamodb_table" && isTemporary(change)) return { ...kind, ...TEMPORARY };
  if (change.type === "aws_cloudwatch_log_group" && pick(change.before, "skip_destroy") === true)
    return { ...kind, destroyed: "notes", replaced: "notes", lost: "The logs stay in AWS; Terraform forgets them." };
  if (change.type === "docker_registry_image" && pick(change.before, "keep_remotely") !== true)
    return {
      ...kind,
      destroyed: "asks",
      replaced: "asks",
      lost: "The image is deleted from the registry, whoever runs it.",
    };
  return kind;
}

function isTemporary({ before }: Change): boolean {
  return (
    expiryAttribute(before) !== undefined &&
    pick(before, "point_in_time_recovery.enabled") !== true &&
    pick(before, "deletion_protection_enabled") !== true
  );
}
