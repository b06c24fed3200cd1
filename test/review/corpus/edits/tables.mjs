// Edits of tables. `r` is the stack's `resource`, as CDKTF writes it.

/** @type {import("../edit.mjs").Edit[]} */
export const tables = [
  {
    id: "table-name",
    title: "the comments table gets another name",
    verdict: "stops",
    unguarded: true,
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.name = "blogapp-production-remarks";
    },
  },
  {
    id: "table-name-guarded",
    title: "the same, while prevent_destroy is on: Terraform fails",
    verdict: "stops",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.name = "blogapp-production-remarks";
    },
  },
  {
    id: "table-hash-key",
    title: "the posts table gets another hash key",
    verdict: "stops",
    unguarded: true,
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.hash_key = "slug";
      t.posts.attribute.push({ name: "slug", type: "S" });
      t.posts.attribute = t.posts.attribute.filter((/** @type {{ name: string }} */ { name }) => name !== "id");
    },
  },
  {
    id: "table-local-index",
    title: "a local index is added to favorites",
    verdict: "stops",
    unguarded: true,
    edit: ({ aws_dynamodb_table: t }) => {
      t.favorites.local_secondary_index = [{ name: "by_time", range_key: "created_at", projection_type: "ALL" }];
      if (!t.favorites.attribute.some((/** @type {{ name: string }} */ { name }) => name === "created_at"))
        t.favorites.attribute.push({ name: "created_at", type: "S" });
    },
  },
  {
    id: "table-deleted",
    title: "the favorites table leaves the code with its guard",
    verdict: "stops",
    edit: (r) => {
      delete r.aws_dynamodb_table.favorites;
      delete r.aws_lambda_function.api.environment.variables.APP_DYNAMODB_TABLE_FAVORITES;
      const policy = JSON.parse(r.aws_iam_role_policy.api_role_policy.policy);
      policy.Statement = policy.Statement.filter(
        (/** @type {unknown} */ s) => !JSON.stringify(s).includes("aws_dynamodb_table.favorites"),
      );
      r.aws_iam_role_policy.api_role_policy.policy = JSON.stringify(policy);
    },
  },
  {
    id: "table-id",
    title: "the posts construct gets another id, without a moved block",
    verdict: "stops",
    edit: (_, stack) => rename(stack, "aws_dynamodb_table", "posts", "articles"),
  },
  {
    id: "table-id-moved",
    title: "the same with a moved block",
    verdict: "nothing",
    edit: (_, stack) => {
      rename(stack, "aws_dynamodb_table", "posts", "articles");
      stack.moved = [{ from: "aws_dynamodb_table.posts", to: "aws_dynamodb_table.articles" }];
    },
  },
  {
    id: "temporary-table-name",
    title: "the tickets table, whose rows live for a minute, gets another name",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.tickets.name = "blogapp-production-websocket-passes";
    },
  },
  {
    id: "table-name-first",
    title: "the tickets table is created first, under another name",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.tickets.lifecycle = { create_before_destroy: true };
      t.tickets.name = "blogapp-production-websocket-passes";
    },
  },
  {
    id: "connections-key",
    title: "the connections table, which is created first, gets another key under one name",
    verdict: "stops",
    edit: ({ aws_dynamodb_table: t }) => {
      t.connections.lifecycle = { create_before_destroy: true };
      t.connections.hash_key = "connection_id";
      t.connections.attribute = [{ name: "connection_id", type: "S" }];
    },
  },
  {
    id: "ttl-on",
    title: "posts expire by an attribute that every row has",
    verdict: "stops",
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.ttl = { attribute_name: "created_at", enabled: true };
    },
  },
  {
    id: "ttl-attribute",
    title: "connections expire by another attribute",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.connections.ttl.attribute_name = "expires_at";
    },
  },
  {
    id: "ttl-off",
    title: "connections no longer expire",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      delete t.connections.ttl;
    },
  },
  {
    id: "ttl-new-table",
    title: "a new table expires its rows",
    verdict: "notes",
    edit: ({ aws_dynamodb_table: t }) => {
      t.drafts = { ...t.tickets, name: "blogapp-production-drafts", ttl: { attribute_name: "ends_at", enabled: true } };
    },
  },
  {
    id: "recovery-off",
    title: "point-in-time recovery of comments is switched off",
    verdict: "stops",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.point_in_time_recovery.enabled = false;
    },
  },
  {
    id: "recovery-on",
    title: "point-in-time recovery is switched on in development",
    stack: "development",
    verdict: "notes",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.point_in_time_recovery.enabled = true;
    },
  },
  {
    id: "recovery-days",
    title: "point-in-time recovery keeps 7 days",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.point_in_time_recovery.recovery_period_in_days = 7;
    },
  },
  {
    id: "recovery-all-days",
    title: "point-in-time recovery keeps the 35 days that it keeps anyway",
    verdict: "nothing",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.point_in_time_recovery.recovery_period_in_days = 35;
    },
  },
  {
    id: "deletion-protection-off",
    title: "deletion protection of posts is switched off",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.deletion_protection_enabled = false;
    },
  },
  {
    id: "deletion-protection-on",
    title: "deletion protection is switched on in development",
    stack: "development",
    verdict: "nothing",
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.deletion_protection_enabled = true;
    },
  },
  {
    id: "index-removed",
    title: "the index by_post of comments is removed",
    verdict: "stops",
    edit: ({ aws_dynamodb_table: t }) => {
      delete t.comments.global_secondary_index;
      t.comments.attribute = [{ name: "id", type: "S" }];
    },
  },
  {
    id: "index-keys",
    title: "the index by_post gets another range key under its name",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.global_secondary_index[0].range_key = "id";
      t.comments.attribute = t.comments.attribute.filter(
        (/** @type {{ name: string }} */ { name }) => name !== "created_at",
      );
    },
  },
  {
    id: "index-added",
    title: "comments get an index by author",
    verdict: "notes",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.global_secondary_index.push({ name: "by_author", hash_key: "author_id", projection_type: "ALL" });
      t.comments.attribute.push({ name: "author_id", type: "S" });
    },
  },
  {
    id: "provisioned",
    title: "posts are paid for by the hour",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      Object.assign(t.posts, { billing_mode: "PROVISIONED", read_capacity: 5, write_capacity: 5 });
      for (const index of t.posts.global_secondary_index ?? [])
        Object.assign(index, { read_capacity: 5, write_capacity: 5 });
    },
  },
  {
    id: "on-demand-limit",
    title: "posts take at most 100 writes a second",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.on_demand_throughput = { max_write_request_units: 100 };
    },
  },
  {
    id: "table-class",
    title: "posts go to the class for rare access",
    verdict: "notes",
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.table_class = "STANDARD_INFREQUENT_ACCESS";
    },
  },
  {
    id: "table-class-default",
    title: "posts say the class that they have anyway",
    verdict: "nothing",
    edit: ({ aws_dynamodb_table: t }) => {
      t.posts.table_class = "STANDARD";
    },
  },
  {
    id: "stream-on",
    title: "comments get a stream",
    verdict: "notes",
    edit: ({ aws_dynamodb_table: t }) => {
      Object.assign(t.comments, { stream_enabled: true, stream_view_type: "NEW_IMAGE" });
    },
  },
  {
    id: "stream-view",
    title: "the stream of comments shows something else",
    stack: "extras",
    verdict: "asks",
    edit: ({ aws_dynamodb_table: t }) => {
      t.comments.stream_view_type = "NEW_AND_OLD_IMAGES";
    },
  },
  {
    id: "table-forgotten",
    title: "a removed block lets Terraform forget the tickets table",
    verdict: "notes",
    edit: (r, stack) => forget(r, stack, false),
  },
  {
    id: "table-removed",
    title: "a removed block destroys the tickets table",
    verdict: "asks",
    edit: (r, stack) => forget(r, stack, true),
  },
  {
    id: "table-added",
    title: "a table is added",
    verdict: "notes",
    edit: ({ aws_dynamodb_table: t }) => {
      t.drafts = { ...t.posts, name: "blogapp-production-drafts" };
    },
  },
  {
    id: "tainted-table",
    title: "an interrupted apply left the tickets table tainted",
    verdict: "asks",
    state: (state) => {
      const table = state.resources.find(
        (resource) => resource.type === "aws_dynamodb_table" && resource.name === "tickets",
      );
      if (table?.instances[0]) table.instances[0].status = "tainted";
    },
  },
  {
    id: "replace-by-request",
    title: "somebody plans with -replace of comments",
    unguarded: true,
    verdict: "stops",
    args: ["-replace=aws_dynamodb_table.comments"],
  },
];

/**
 * Gives a resource another name and everybody who refers to it the new one, as another construct id does.
 * @param {import("../edit.mjs").Stack} stack @param {string} type @param {string} from @param {string} to
 */
export function rename(stack, type, from, to) {
  const text = JSON.stringify(stack.resource).replaceAll(`\${${type}.${from}.`, `\${${type}.${to}.`);
  stack.resource = JSON.parse(text.replaceAll(`"${type}.${from}"`, `"${type}.${to}"`));
  const named = stack.resource[type] ?? {};
  named[to] = named[from];
  delete named[from];
  const outputs = JSON.stringify(stack.output ?? {}).replaceAll(`\${${type}.${from}.`, `\${${type}.${to}.`);
  stack.output = JSON.parse(outputs);
}

/** @param {import("../edit.mjs").Resources} r @param {import("../edit.mjs").Stack} stack @param {boolean} destroy */
function forget(r, stack, destroy) {
  delete r.aws_dynamodb_table.tickets;
  r.aws_lambda_function.api.environment.variables.DYNAMODB_TICKETS_TABLE = "blogapp-production-websocket-tickets";
  r.aws_iam_role_policy.api_role_policy.policy = r.aws_iam_role_policy.api_role_policy.policy.replaceAll(
    "${aws_dynamodb_table.tickets.arn}",
    "arn:aws:dynamodb:ap-northeast-1:123456789012:table/blogapp-production-websocket-tickets",
  );
  stack.removed = [{ from: "aws_dynamodb_table.tickets", lifecycle: { destroy } }];
}
