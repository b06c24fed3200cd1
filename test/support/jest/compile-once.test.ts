import vm from "node:vm";
import { expect, it } from "@jest/globals";

/** Compiles a module as Jest does. */
function compile(source: string, context = vm.createContext({})): CallableFunction {
  return vm.compileFunction(source, ["module"], { filename: "/compile-once/module.js", parsingContext: context });
}

function load<Exports>(source: string, context?: vm.Context): Exports {
  const module: { exports: unknown } = { exports: undefined };
  compile(source, context)(module);
  return module.exports as Exports;
}

it("compiles a file once for all test files", () => {
  const { Script } = vm;
  let compiled = 0;
  vm.Script = class extends Script {
    constructor(...given: ConstructorParameters<typeof Script>) {
      super(...given);
      compiled += 1;
    }
  };
  try {
    const source = "module.exports = 'once';";
    expect([load(source), load(source)]).toEqual(["once", "once"]);
  } finally {
    vm.Script = Script;
  }
  expect(compiled).toBe(1);
});

it("gives every test file a module's state of its own", () => {
  const source = "let count = 0; module.exports = () => { count += 1; return count; };";
  const [first, second] = [load<() => number>(source), load<() => number>(source)];
  expect([first(), first(), second()]).toEqual([1, 2, 1]);
});

it("runs a module with the globals of the test file that asks", () => {
  const source = "module.exports = globalThis.name;";
  expect(load(source, vm.createContext({ name: "a" }))).toBe("a");
  expect(load(source, vm.createContext({ name: "b" }))).toBe("b");
});

it("compiles a file that changed anew", () => {
  expect(load("module.exports = 1;")).toBe(1);
  expect(load("module.exports = 2;")).toBe(2);
});

it("leaves lines and columns of a stack trace where they are in the file", () => {
  const { stack } = load<Error>('module.exports = new Error("there");');
  expect(stack).toContain("/compile-once/module.js:1:18");
});

it("names the line of a syntax error", () => {
  expect(() => compile("\n\nconst = 1;")).toThrow(
    expect.objectContaining({ stack: expect.stringContaining("module.js:3") }),
  );
});
