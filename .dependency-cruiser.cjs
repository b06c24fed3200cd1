// The arrows of the house: which room may import which. `npm run static` and test/house.test.ts enforce this table.

/** Each room with the rooms and files that it may import besides itself. A path may hold `*` for one name. */
const arrows = {
  "main.ts": ["environments/", "stacks/", "image/"],
  "environments/": [],
  "image/": ["environments/"],
  "runtime/": [],
  "domain/": ["runtime/"],
  "functions/": ["domain/", "runtime/"],
  "api/": ["domain/", "runtime/", "package.json"],
  // Stacks read what code and infrastructure agree on: the shapes of tables, the headers that pages exchange with the
  // API, and as types alone the names and variables of entry files.
  "stacks/": [
    "environments/",
    "image/",
    "runtime/dynamo/table.ts",
    "domain/*/*.table.ts",
    "api/http/cors-headers.ts",
    "api/variables.ts",
    "functions/*.ts",
  ],
  // What runs in a browser is for anybody's pages, and imports nothing of the platform's.
  "client/": [],
  "page/": ["client/"],
  // The review reads plans, and no source.
  "review/": [],
  // Commands sign requests as the API does.
  "commands/": ["review/", "environments/", "image/", "local/", "runtime/signed-request.ts"],
  // The local cloud reads the synthesized JSON and the built bundles, and no source.
  "local/": [],
};

/** Packages that belong to some rooms only. */
const packages = [
  {
    name: "cdktf-stays-at-the-edge",
    comment: "Only main.ts, stacks/ and the tests' support import cdktf: docs/decisions/cdktf.md",
    from: { pathNot: "^(main[.]ts|stacks/|test/)" },
    to: { path: "node_modules/(cdktf|@cdktf|constructs)/" },
  },
  {
    name: "no-provider-index",
    comment: "The index costs 4 s and 800 MB: import one resource, such as @cdktf/provider-aws/lib/dynamodb-table.",
    from: {},
    to: { path: "node_modules/@cdktf/provider-(aws|docker)/lib/index[.]js" },
  },
  {
    name: "domain-knows-no-http",
    comment: "The domain knows no HTTP framework and no Lambda events.",
    from: { path: "^domain/" },
    to: { path: "(node_modules/|^)(h3|aws-lambda)(/|$)" },
  },
];

/** Parts of the runtime that speak to AWS: of the domain only stores and gateways may, and table shapes are data. */
const adapters = {
  name: "domain-reaches-aws-through-adapters",
  comment: "Of the domain only x.dynamo.ts and x.gateway.ts import what speaks to AWS.",
  from: { path: "^domain/", pathNot: "[.](dynamo|gateway)[.]ts$" },
  to: {
    path: "^(runtime/(aws-|dynamo/|kms/|signed-request|post-|queue-)|node_modules/@(aws-sdk|smithy)/)",
    pathNot: "^runtime/dynamo/table[.]ts$",
  },
};

const escaped = (room) => room.replaceAll(".", "[.]").replaceAll("*", "[^/]+");

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(arrows).map(([room, allowed]) => ({
      name: `${room.replace(/[/.].*/, "")}-imports-only-what-it-may`,
      comment: `${room} may import ${allowed.length > 0 ? allowed.join(", ") : "nothing of ours"}: see the table in .dependency-cruiser.cjs`,
      severity: "error",
      from: { path: `^${escaped(room)}` },
      to: {
        pathNot: `^(${[room, ...allowed].map(escaped).join("|")}|.*node_modules/)`,
        dependencyTypesNot: ["core", "npm", "npm-dev", "unknown"],
      },
    })),
    ...[...packages, adapters].map((rule) => ({ severity: "error", ...rule })),
    {
      name: "no-circle-of-files",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circle-of-rooms",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
    {
      name: "nothing-imports-the-program",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^main[.]ts$" },
    },
    {
      name: "no-test-code-in-sources",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "every-import-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^h3$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|cdktf[.]out|[.]terrace)/" },
    // The swc parser sees imports of types too, and TypeScript 7 has no parser for other programs yet.
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".cjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
