import { spawnSync } from "node:child_process";
import path from "node:path";
import vm from "node:vm";
import { expect, test } from "@jest/globals";

/** Transforms scripts in a process of its own, because the parser ships as an ES module only. */
function eager(...scripts: readonly string[]): string[] {
  const program = `import { eager } from "./build/eager.mjs";
    console.log(JSON.stringify(${JSON.stringify(scripts)}.map((script) => eager(script))));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: path.resolve(__dirname, "../.."),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test("functions are put into parentheses, but what has a name of its own, methods and accessors", () => {
  expect(
    eager(
      "var add=a=>b=>a+b;",
      "run(function(){},async()=>1);",
      "function named(x=()=>1){}",
      "var o={get one(){return 1},two(){return()=>2},three:function(){}};class C{m(){}f=()=>3}",
    ),
  ).toEqual([
    "var add=(a=>(b=>a+b));",
    "run((function(){}),(async()=>1));",
    "function named(x=(()=>1)){}",
    "var o={get one(){return 1},two(){return(()=>2)},three:(function(){})};class C{m(){}f=(()=>3)}",
  ]);
});

test("a script does the same with and without the parentheses, and its functions keep their names", () => {
  const script = `var f=x=>y=>x+y,{g=()=>7}={},o={h:()=>f(1)(2),s:\`a\${[1].map(n=>n+1)}é\`};
    class C{static k=()=>3;l=function(){return this===undefined}}
    JSON.stringify([f.name,g.name,g(),o.h.name,o.h(),o.s,C.k.name,new C().l.name,(function(){return arguments.length})(1,2),
    [3,1,2].sort((a,b)=>a-b),typeof(async()=>{})(),true?a=>1:b=>2].map(String))`;
  const [transformed = ""] = eager(script);
  expect(transformed).not.toBe(script);
  // A conditional's function prints its own text, which has no parentheses.
  expect(vm.runInNewContext(transformed)).toBe(vm.runInNewContext(script));
});
