// Jest's environment for each test file: Node.js, without what the files before have left behind, and without compiling
// again what they have compiled.
const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");
require("./compile-once.cjs");

/**
 * Those that were used in the test file that runs. Jest runs every test in an AsyncLocalStorage of its file, and until
 * version 24 Node.js goes through all that were ever used whenever a promise is made: with each file everything became
 * slower, by a fifth at the end of the suite.
 *
 * @type {Set<AsyncLocalStorage<unknown>>}
 */
const used = new Set();

for (const name of /** @type {const} */ (["run", "enterWith"])) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function (/** @type {[unknown]} */ ...given) {
    used.add(this);
    return Reflect.apply(original, this, given);
  };
}

module.exports = class extends TestEnvironment {
  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
};
