// Jest's runtime, but that it reads the modules of packages once for all test files of a worker: a test file of a stack
// loads 500 of them, and reading them, and looking when each was changed, was a quarter of its start.
const { default: Runtime } = require("jest-runtime");
const { Files, isOfPackage } = require("./files.cjs");

/** What Jest's transformer makes of them. @type {Map<string, { originalCode: string }>} */
const transformed = new Map();

module.exports = class extends Runtime {
  constructor(config, environment, resolver, transformer, files, ...others) {
    const once = Object.create(transformer, {
      transform: {
        value(file, options, text) {
          const known = transformed.get(file);
          if (known?.originalCode === text) return known;
          const made = transformer.transform(file, options, text);
          if (isOfPackage(file)) transformed.set(file, made);
          return made;
        },
      },
    });
    super(config, environment, resolver, once, new Files(files), ...others);
  }
};
