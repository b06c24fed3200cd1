// The stacks that edits start from: those of the project as they are synthesized, and a few with something more that the
// project does not have yet.

/**
 * @typedef {object} Base
 * @property {string} from the synthesized stack
 * @property {(resources: import("./edit.mjs").Resources, stack: import("./edit.mjs").Stack) => void} [edit]
 * @property {boolean} [isEmpty] whether nothing of it was applied yet
 */

/** @type {Record<string, Base>} */
export const bases = {
  production: { from: "production" },
  development: { from: "development" },
  "production-ecr": { from: "production-ecr" },
  empty: { from: "development", isEmpty: true },
  /** What this project does not have: a stream, an older runtime, a list of origins, a secret, denials and conditions. */
  extras: {
    from: "development",
    edit: (
      { aws_dynamodb_table: t, aws_lambda_function: f, aws_iam_role_policy: p, aws_lambda_permission: m },
      stack,
    ) => {
      // As it was before provider 6.28.
      delete m.api_url_invoke.invoked_via_function_url;
      Object.assign(t.comments, { stream_enabled: true, stream_view_type: "NEW_IMAGE" });
      stack.variable = { token: { type: "string", sensitive: true, default: "a-secret-0815" } };
      Object.assign(f.connect, { runtime: "nodejs22.x", description: "a-secret-0815" });
      Object.assign(f.connect.environment.variables, {
        ALLOWED_ORIGINS: "https://www.example.com",
        TOKEN: "${var.token}",
      });
      const connect = JSON.parse(p.connect_role_policy.policy);
      connect.Statement.push({ Effect: "Deny", Action: ["dynamodb:DeleteTable"], Resource: "*" });
      p.connect_role_policy.policy = JSON.stringify(connect);
      const disconnect = JSON.parse(p.disconnect_role_policy.policy);
      for (const statement of disconnect.Statement)
        statement.Condition = { StringEquals: { "aws:RequestedRegion": "ap-northeast-1" } };
      p.disconnect_role_policy.policy = JSON.stringify(disconnect);
    },
  },
};
