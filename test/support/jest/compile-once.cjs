// Compiles a module once for all test files of a worker, not once for each: it is what a fifth of the suite's time went
// into. Only the compiled code is shared. Every test file runs it anew in its own context, so nothing that a module
// holds or changes reaches another file.
//
// Jest compiles modules with vm.compileFunction, which V8 never remembers; a script is compiled once, and can be run in
// any context.
const vm = require("node:vm");

/** The last source of each file, and its code. @type {Map<string, { source: string, script: vm.Script }>} */
const scripts = new Map();
const { compileFunction } = vm;

vm.compileFunction = (source, parameters = [], options = {}) => {
  const { filename, parsingContext, ...others } = options;
  if (filename === undefined || parsingContext === undefined || others.contextExtensions !== undefined)
    return compileFunction(source, parameters, options);
  const head = `(function (${parameters.join(", ")}) {`;
  let known = scripts.get(filename);
  if (known?.source !== source) {
    // The function's head does not move what stack traces and source maps call line 1. An `import()` that is left in a
    // script is refused, as Jest refuses it without ES modules.
    const script = new vm.Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
    known = { source, script };
    scripts.set(filename, known);
  }
  return known.script.runInContext(parsingContext);
};
