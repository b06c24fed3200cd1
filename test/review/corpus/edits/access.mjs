// Edits of IAM policies and roles.

/**
 * Edits the statements of a role's policy.
 * @param {import("../edit.mjs").Resources} r @param {string} name @param {(statements: any[]) => unknown} edit
 */
function policy(r, name, edit) {
  const document = JSON.parse(r.aws_iam_role_policy[name].policy);
  document.Statement = edit(document.Statement) ?? document.Statement;
  r.aws_iam_role_policy[name].policy = JSON.stringify(document);
}
/** @param {string} action @returns {(statement: { Action: string[] }) => boolean} */
const allows = (action) => (statement) => statement.Action.includes(action);

/** @type {import("../edit.mjs").Edit[]} */
export const access = [
  {
    id: "action-wildcard",
    title: "the broadcaster may do anything with the connections table",
    verdict: "asks",
    edit: (r) =>
      policy(r, "broadcast_role_policy", (statements) => {
        statements.find(allows("dynamodb:Scan")).Action = ["dynamodb:*"];
      }),
  },
  {
    id: "action-added",
    title: "the broadcaster may also update connections",
    verdict: "asks",
    edit: (r) =>
      policy(r, "broadcast_role_policy", (statements) => {
        statements.find(allows("dynamodb:Scan")).Action.push("dynamodb:UpdateItem");
      }),
  },
  {
    id: "action-removed",
    title: "the broadcaster may no longer delete connections",
    verdict: "notes",
    edit: (r) =>
      policy(r, "broadcast_role_policy", (statements) => {
        statements.find(allows("dynamodb:Scan")).Action = ["dynamodb:Scan"];
      }),
  },
  {
    id: "statements-reordered",
    title: "statements and actions stand in another order, and in another case",
    verdict: "nothing",
    edit: (r) =>
      policy(r, "broadcast_role_policy", (statements) => {
        statements.find(allows("dynamodb:Scan")).Action = ["DynamoDB:DeleteItem", "DynamoDB:Scan"];
        return statements.toReversed();
      }),
  },
  {
    id: "statement-split",
    title: "a statement is split in two, with ids, and one list becomes a single value",
    verdict: "nothing",
    edit: (r) =>
      policy(r, "broadcast_role_policy", (statements) =>
        statements.flatMap((statement, index) =>
          statement.Action.map((/** @type {string} */ action, /** @type {number} */ at) => ({
            ...statement,
            Sid: `S${index}${at}`,
            Action: action,
            Resource: statement.Resource[0],
          })),
        ),
      ),
  },
  {
    id: "resource-wildcard",
    title: "the API may read every table",
    verdict: "stops",
    edit: (r) =>
      policy(r, "api_role_policy", (statements) => {
        statements.find(allows("dynamodb:GetItem")).Resource = ["*"];
      }),
  },
  {
    id: "resource-prefix",
    title: "the API may read every table of the environment",
    verdict: "asks",
    edit: (r) =>
      policy(r, "api_role_policy", (statements) => {
        statements.find(allows("dynamodb:GetItem")).Resource = [
          "arn:aws:dynamodb:ap-northeast-1:123456789012:table/blogapp-production-*",
        ];
      }),
  },
  {
    id: "not-action",
    title: "a function may do everything but IAM",
    verdict: "stops",
    edit: (r) =>
      policy(r, "connect_role_policy", (statements) => {
        statements.push({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" });
      }),
  },
  {
    id: "pass-role",
    title: "a function may give a role away",
    verdict: "asks",
    edit: (r) =>
      policy(r, "connect_role_policy", (statements) => {
        statements.push({ Effect: "Allow", Action: ["iam:PassRole"], Resource: ["${aws_iam_role.api_role.arn}"] });
      }),
  },
  {
    id: "tracing-rights",
    title: "a function may send traces, which AWS allows on * only",
    verdict: "asks",
    edit: (r) =>
      policy(r, "connect_role_policy", (statements) => {
        statements.push({
          Effect: "Allow",
          Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
          Resource: "*",
        });
      }),
  },
  {
    id: "deny-removed",
    title: "a denial is taken out of a policy",
    stack: "extras",
    verdict: "asks",
    edit: (r) => policy(r, "connect_role_policy", (statements) => statements.filter(({ Effect }) => Effect !== "Deny")),
  },
  {
    id: "deny-added",
    title: "a denial is put into a policy",
    verdict: "nothing",
    edit: (r) =>
      policy(r, "connect_role_policy", (statements) => {
        statements.push({ Effect: "Deny", Action: ["dynamodb:DeleteTable"], Resource: "*" });
      }),
  },
  {
    id: "condition-removed",
    title: "the condition of a statement is dropped",
    stack: "extras",
    verdict: "asks",
    edit: (r) =>
      policy(r, "disconnect_role_policy", (statements) => {
        for (const statement of statements) delete statement.Condition;
      }),
  },
  {
    id: "trust-anybody",
    title: "anybody may assume a role",
    verdict: "stops",
    edit: ({ aws_iam_role: o }) => {
      const trust = JSON.parse(o.api_role.assume_role_policy);
      trust.Statement[0].Principal = { AWS: "*" };
      o.api_role.assume_role_policy = JSON.stringify(trust);
    },
  },
  {
    id: "trust-service",
    title: "another service may assume a role",
    verdict: "asks",
    edit: ({ aws_iam_role: o }) => {
      const trust = JSON.parse(o.api_role.assume_role_policy);
      trust.Statement[0].Principal = { Service: ["lambda.amazonaws.com", "scheduler.amazonaws.com"] };
      o.api_role.assume_role_policy = JSON.stringify(trust);
    },
  },
  {
    id: "trust-reordered",
    title: "the trust policy is written in another order",
    verdict: "nothing",
    edit: ({ aws_iam_role: o }) => {
      const { Version, Statement } = JSON.parse(o.api_role.assume_role_policy);
      const [{ Action, Effect, Principal }] = Statement;
      o.api_role.assume_role_policy = JSON.stringify({ Statement: { Principal, Action: [Action], Effect }, Version });
    },
  },
  {
    id: "administrator",
    title: "a role gets AWS's administrator policy",
    verdict: "stops",
    edit: (r) => {
      r.aws_iam_role_policy_attachment = {
        administrator: {
          role: "${aws_iam_role.api_role.name}",
          policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess",
        },
      };
    },
  },
  {
    id: "policy-hidden-same",
    title: "a table gets another name, and the policy that names it is known only after the apply",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.connections.name = "blogapp-production-sockets";
    },
  },
  {
    id: "policy-hidden-wider",
    title: "the same, and the policy gains an action meanwhile",
    verdict: "asks",
    edit: (r) => {
      r.aws_dynamodb_table.connections.name = "blogapp-production-sockets";
      policy(r, "broadcast_role_policy", (statements) => {
        statements.find(allows("dynamodb:Scan")).Action.push("dynamodb:UpdateItem");
      });
    },
  },
  {
    id: "policy-data-source",
    title: "a policy comes from a data source that is read during the apply",
    verdict: "asks",
    edit: (r) => {
      r.aws_iam_role_policy.connect_role_policy.policy =
        "${jsonencode({Statement = [aws_dynamodb_table.fresh.stream_arn]})}";
      r.aws_dynamodb_table.fresh = { ...r.aws_dynamodb_table.tickets, name: "blogapp-production-fresh" };
    },
  },
];
