const os = require("node:os");

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

// The SDK would print in every test file that it will ask for a later Node.js one day.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

// Workers are started as this process was. A test file makes much that is soon forgotten: with more room for the young,
// it is collected a tenth cheaper.
process.execArgv.push("--max-semi-space-size=64");

/** @type {import("jest").Config} */
module.exports = {
  runtime: "<rootDir>/test/support/jest/runtime.cjs",
  testEnvironment: "<rootDir>/test/support/jest/environment.cjs",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // System tests start whole programs, put whole systems under load, or need programs that npm does not bring:
  // `npm run test:system`.
  testPathIgnorePatterns: ["/node_modules/", "\\.system\\.test\\.ts$"],
  globalSetup: "<rootDir>/test/support/jest/build-once.mjs",
  globalTeardown: "<rootDir>/test/support/jest/temporary-files.mjs",
  moduleFileExtensions: ["ts", "mjs", "js", "cjs", "json"],
  transform: {
    "/swagger-ui-dist/.+\\.(js|css)$": "<rootDir>/test/support/jest/text-transform.cjs",
    [`^.+\\.(ts|mjs)$|/node_modules/(chokidar|readdirp|${octokit})/.+\\.js$`]: swc,
  },
  // These and their dependencies ship ES modules only, and Swagger UI is imported as text; the rest is loaded as it is.
  transformIgnorePatterns: [`/node_modules/(?!(h3|rou3|srvx|chokidar|readdirp|swagger-ui-dist|${octokit})/)`],
  moduleNameMapper: {
    "^\\./(tokens/)?(private/)?stack-trace$": "<rootDir>/test/support/jest/no-creation-stack.cjs",
    "^(archiver|\\.\\./locales/index\\.cjs)$": "<rootDir>/test/support/jest/left-out.cjs",
    "^fflate$": "<rootDir>/test/support/jest/fflate-when-called.cjs",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out", "<rootDir>/.terrace"],
  injectGlobals: false,
  // The one limit of the whole suite, in milliseconds. A slow machine must make tests slow, not red: this only ends
  // a test that would never end.
  testTimeout: 300_000,
  // Some tests wait for threads and programs, while another worker can use the processor.
  maxWorkers: os.availableParallelism() + 1,
};
