// Has V8 compile a package's functions when it reads the file, instead of twice. See docs/decisions/cold-start.md.
import { parseSync, Visitor } from "oxc-parser";

/**
 * Puts functions into parentheses, by which V8 takes them for functions that are called at once
 * (https://v8.dev/blog/preparser#pife). It then compiles them together with what they are in. All others it reads twice: to
 * find their ends, and when they are first called. Of the packages' functions most run in INIT.
 *
 * What has a name of its own, methods and classes cannot be put into parentheses, and stay as they are.
 *
 * @param {string} code a script without comments and line breaks that stand for semicolons, as esbuild minifies it
 * @returns {string} a script that does the same
 */
export function eager(code) {
  const { program, errors } = parseSync("packages.cjs", code, { sourceType: "script" });
  if (errors[0]) throw new Error(`The linked packages: ${errors[0].message}`);
  /** @type {Set<number>} */
  const methods = new Set();
  /** @type {{ at: number, text: string }[]} */
  const insertions = [];
  /** @param {{ start: number, end: number }} node */
  const wrap = ({ start, end }) => {
    if (!methods.has(start)) insertions.push({ at: start, text: "(" }, { at: end, text: ")" });
  };
  new Visitor({
    MethodDefinition: ({ value }) => void methods.add(value.start),
    Property: ({ method, kind, value }) => void ((method || kind !== "init") && methods.add(value.start)),
    ArrowFunctionExpression: wrap,
    FunctionExpression: wrap,
  }).visit(program);
  let done = 0;
  const parts = insertions
    .sort((one, other) => one.at - other.at)
    .map(({ at, text }) => {
      const before = code.slice(done, at);
      done = at;
      return before + text;
    });
  return parts.join("") + code.slice(done);
}
