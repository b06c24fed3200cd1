import type { Finding } from "../../finding";
import type { Change } from "../../plan/plan";
import { equal, isObject, pick, UNKNOWN } from "../../plan/value";
import type { Context, Rule } from "../rule";

/** Attributes of any type that say nothing of what is there. */
const ANYWHERE = ["tags", "tags_all", "description", "timeouts", "id", "arn"];

/** Attributes that may change without a word: new code, and what the provider computes from it. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  aws_lambda_function: [
    "source_code_hash",
    "filename",
    "image_uri",
    "s3_key",
    "s3_object_version",
    "code_sha256",
    "source_code_size",
    "last_modified",
    "version",
    "qualified_arn",
    "qualified_invoke_arn",
    "publish",
    "ephemeral_storage",
    // Judged by other rules where they matter.
    "memory_size",
    "timeout",
    "reserved_concurrent_executions",
  ],
  aws_apigatewayv2_route: ["operation_name"],
  aws_apigatewayv2_api: ["name", "version"],
  aws_kms_key: ["rotation_period_in_days"],
  aws_dynamodb_table: ["stream_arn", "stream_label", "read_capacity", "write_capacity"],
  docker_image: ["repo_digest", "image_id"],
  docker_registry_image: ["sha256_digest", "auth_config", "triggers"],
  terraform_data: ["input", "output", "triggers_replace"],
};

/** Names the changed attributes that no rule judges, so that silence always means that somebody looked. */
export function unexplained(rules: readonly Rule[]): Rule {
  const judged = new Map<string, Set<string>>();
  for (const { judges } of rules)
    for (const [type, attributes] of Object.entries(judges))
      judged.set(type, new Set([...(judged.get(type) ?? []), ...attributes]));
  return {
    name: "unexplained",
    judges: {},
    review: ({ plan, told }: Context) =>
      plan.changes
        .filter(({ action, address }) => action === "update" && !told.has(address))
        .flatMap((change) => note(change, (name) => isExplained(judged, change.type, name))),
  };
}

function isExplained(judged: ReadonlyMap<string, ReadonlySet<string>>, type: string, name: string): boolean {
  return ANYWHERE.includes(name) || (HARMLESS[type]?.includes(name) ?? false) || (judged.get(type)?.has(name) ?? false);
}

function note(change: Change, isExplained: (name: string) => boolean): Finding[] {
  const { address, before, after, written } = change;
  if (!isObject(after)) return [];
  const names = Object.keys(after)
    .filter((name) => !isExplained(name) && !equal(pick(before, name), pick(after, name)))
    // Unknown and not written: the provider computes it.
    .filter((name) => after[name] !== UNKNOWN || pick(written, name) !== undefined);
  if (names.length === 0) return [];
  return [
    {
      rule: "unexplained",
      severity: "notes",
      address,
      reason: `changes ${names.map((name) => `\`${name}\``).join(", ")}`,
      consequence: "No rule of this reviewer judges that.",
      remedy: "Read Terraform's own plan.",
    },
  ];
}
