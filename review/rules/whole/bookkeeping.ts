import type { Finding } from "../../finding";
import { ofType, type Plan } from "../../plan/plan";
import { equal, isObject, pick, text } from "../../plan/value";
import { show } from "../../report/show";
import type { Context, Rule } from "../rule";

const TAGS = ["tags", "tags_all"];
/** New things that a reviewer wants to hear of by name; anything else new is in the count of the first line. */
const NEWS: Readonly<Record<string, { readonly name: string; readonly consequence: string }>> = {
  aws_lambda_function: { name: "function_name", consequence: "A new function." },
  aws_dynamodb_table: { name: "name", consequence: "A new, empty table." },
  aws_sqs_queue: { name: "name", consequence: "A new queue." },
  aws_s3_bucket: { name: "bucket", consequence: "A new, empty bucket." },
  aws_apigatewayv2_route: { name: "route_key", consequence: "A new route." },
  aws_kms_key: { name: "description", consequence: "A new key, at a dollar a month." },
  aws_secretsmanager_secret: { name: "name", consequence: "A new secret, at 40 cents a month." },
};
/** New things that are paid for by the hour, used or not. */
const BY_THE_HOUR = [
  "aws_nat_gateway",
  "aws_vpc_endpoint",
  "aws_instance",
  "aws_db_instance",
  "aws_rds_cluster",
  "aws_elasticache_cluster",
  "aws_elasticache_replication_group",
  "aws_opensearch_domain",
  "aws_lb",
  "aws_wafv2_web_acl",
];

/** Says what is new, forgotten or imported. Nothing of it is lost. */
export const bookkeeping: Rule = {
  name: "bookkeeping",
  judges: {},
  review: ({ plan, told }: Context) => {
    const isFirst = plan.changes.every(({ action }) => action === "create");
    const created = plan.changes.filter(({ action, address }) => action === "create" && !told.has(address));
    return [
      ...(isFirst && created.length > 1 ? [firstDeployment(created.length)] : []),
      ...(isFirst ? [] : created.flatMap(({ address, type, after }) => news(address, type, after))),
      ...created.filter(({ type }) => BY_THE_HOUR.includes(type)).map(({ address }) => hourly(address)),
      ...ofType(plan, "aws_lambda_function_url")
        .filter(
          ({ address, action, after }) =>
            pick(after, "authorization_type") === "NONE" &&
            (action === "create" ? !told.has(address) : action === "update"),
        )
        .filter(({ before }) => pick(before, "authorization_type") !== "NONE")
        .map(({ address, action }) => opened(address, action === "create")),
      ...kept(plan),
      ...tags(plan),
    ];
  },
};

const note = (rule: string, address: string, reason: string, consequence: string): Finding => ({
  rule,
  severity: "notes",
  address,
  reason,
  consequence,
  remedy: "None needed.",
});

function firstDeployment(count: number): Finding {
  return note(
    "new",
    "the plan",
    `creates everything: ${count} resources`,
    "Nothing was there before, so nothing is lost.",
  );
}

function news(address: string, type: string, after: Parameters<typeof text>[0]): Finding[] {
  const known = NEWS[type];
  return known ? [note("new", address, `creates ${show(text(after, known.name))}`, known.consequence)] : [];
}

function hourly(address: string): Finding {
  return {
    rule: "cost",
    severity: "asks",
    address,
    reason: "is new, and paid for by the hour or the month",
    consequence: "Everything else here is paid for by use; this costs the same when nobody comes.",
    remedy: "Do without it, or say in the pull request what it costs.",
  };
}

function opened(address: string, isNew: boolean): Finding {
  return {
    rule: "gateways",
    severity: isNew ? "asks" : "stops",
    address,
    reason: `${isNew ? "is a new address that" : "changes its authorization so that"} anybody on the internet may call`,
    consequence: "What the function does not refuse by itself, everybody may do.",
    remedy: "Check that the function authenticates every call that changes or shows something.",
  };
}

function kept(plan: Plan): Finding[] {
  return plan.changes.flatMap(({ address, action, actions, imported }) => [
    ...(action === "forget" || actions.includes("forget")
      ? [
          note(
            "forgotten",
            address,
            "is forgotten by Terraform",
            "It stays in AWS, with what it holds; nobody manages it any more.",
          ),
        ]
      : []),
    ...(imported
      ? [note("imported", address, "is taken over by Terraform", "It was made by hand or by another state.")]
      : []),
  ]);
}

/** Tells whether nothing but tags changes. */
function tags(plan: Plan): Finding[] {
  const tagged = plan.changes.filter(({ action, before, after }) => {
    if (action !== "update" || !isObject(after)) return false;
    const names = Object.keys(after).filter((name) => !equal(pick(before, name), pick(after, name)));
    return names.length > 0 && names.every((name) => TAGS.includes(name));
  });
  const [first] = tagged;
  if (!first) return [];
  return [
    note(
      "tags",
      tagged.length === 1 ? first.address : "the plan",
      `changes only tags, of ${tagged.length === 1 ? "this resource" : `${tagged.length} resources`}`,
      "Bills and searches by tag change.",
    ),
  ];
}
