import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

/** What esbuild read to make each bundle: the arrows of the house, checked on what is really shipped. */
function filesIn(bundle: string): string[] {
  const metafile = path.join(__dirname, "../dist/meta", `${bundle}.json`);
  const { inputs } = JSON.parse(fs.readFileSync(metafile, "utf8")) as { inputs: Record<string, unknown> };
  return Object.keys(inputs);
}

const within = (...folders: string[]) => new RegExp(`^(${folders.join("|")})/`);

test("the functions' bundles hold nothing but functions, domain and packages", () => {
  expect(filesIn("functions").filter((file) => !within("functions", "domain", "node_modules").test(file))).toEqual([]);
});

test("the API's bundle holds nothing but the API, domain and packages", () => {
  const allowed = [within("api", "domain", "node_modules"), /^package\.json$/];
  expect(filesIn("api").filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
});

test("no deployed bundle holds cdktf", () => {
  const deployed = [...filesIn("functions"), ...filesIn("api")];
  expect(deployed.filter((file) => /node_modules\/(@?cdktf|constructs)\//.test(file))).toEqual([]);
});

test("the CDKTF program holds nothing but environments and stacks", () => {
  expect(filesIn("app").filter((file) => !within("environments", "stacks").test(file))).toEqual(["main.ts"]);
});

test("the local cloud holds nothing but itself", () => {
  expect(filesIn("local").filter((file) => !within("local").test(file))).toEqual([]);
});
