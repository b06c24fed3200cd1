/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/support/build-once.mjs",
  moduleFileExtensions: ["ts", "mjs", "js", "cjs", "json"],
  transform: {
    "^.+\\.(ts|mjs)$|/node_modules/(chokidar|readdirp)/.+\\.js$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
      },
    ],
  },
  // h3, chokidar and their dependencies ship ES modules only; everything else is loaded as it is.
  transformIgnorePatterns: ["/node_modules/(?!(h3|rou3|srvx|chokidar|readdirp)/)"],
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/cdktf.out", "<rootDir>/.terrace"],
  injectGlobals: false,
  // By default jest leaves one processor out, which on a small machine is half of it.
  maxWorkers: "100%",
};
