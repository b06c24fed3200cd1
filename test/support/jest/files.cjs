// What Jest's runtime keeps of the files that it has read, for runtime.cjs.
const path = require("node:path");

const packages = path.join(__dirname, "../../../node_modules/");
/** Tells whether a file is of an installed package, and so never changes during a run. */
const isOfPackage = (/** @type {string} */ file) => file.startsWith(packages);

/** @type {Map<string, string>} */
const ofPackages = new Map();

/** The texts of the files that a test file has read: of packages what any has, of everything else what it has itself. */
class Files extends Map {
  get(/** @type {string} */ file) {
    return isOfPackage(file) ? ofPackages.get(file) : super.get(file);
  }

  set(/** @type {string} */ file, /** @type {string} */ text) {
    if (isOfPackage(file)) ofPackages.set(file, text);
    else super.set(file, text);
    return this;
  }
}

module.exports = { Files, isOfPackage };
