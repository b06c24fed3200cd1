/** @type {[string, object]} */
const swc = [
  "@swc/jest",
  {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
  },
];
/** Octokit and what it needs ship ES modules with the ending of scripts. */
const octokit =
  "(@octokit|universal-user-agent|before-after-hook|fast-content-type-parse|json-with-bigint|content-type)";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/build-once.mjs",
  moduleFileExtensions: ["ts", "mjs", "js", "cjs", "json"],
  transform: {
    "^.+\\.(ts|mjs)$": swc,
    [`/node_modules/${octokit}/.+\\.js$`]: swc,
  },
  // h3 and its dependencies ship ES modules only, as Octokit does; everything else is loaded as it is.
  transformIgnorePatterns: [`/node_modules/(?!(h3|rou3|srvx|${octokit})/)`],
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out", "<rootDir>/.terrace"],
  injectGlobals: false,
  // By default jest leaves one processor out, which on a small machine is half of it.
  maxWorkers: "100%",
};
