import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

interface Metafile {
  readonly outputs: Record<string, { readonly inputs: Record<string, { readonly bytesInOutput: number }> }>;
}

/** The files that each bundle is made of: the arrows of the house, checked on what is really shipped. */
function filesIn(bundle: string): string[] {
  const { outputs }: Metafile = JSON.parse(
    fs.readFileSync(path.join(__dirname, "../dist/meta", `${bundle}.json`), "utf8"),
  );
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

const within = (...folders: string[]) => new RegExp(`^(${folders.join("|")})/`);

test("the functions' bundles hold nothing but functions, domain, runtime and packages", () => {
  expect(
    filesIn("functions").filter((file) => !within("functions", "domain", "runtime", "node_modules").test(file)),
  ).toEqual([]);
});

test("the API's bundles hold nothing but the API, domain, runtime and packages", () => {
  const allowed = [within("api", "domain", "runtime", "node_modules"), /^package\.json$/];
  expect(
    [...filesIn("api"), ...filesIn("platform")].filter((file) => !allowed.some((pattern) => pattern.test(file))),
  ).toEqual([]);
});

test("no deployed bundle holds cdktf", () => {
  const deployed = ["functions", "api", "platform"].flatMap(filesIn);
  expect(deployed.filter((file) => /node_modules\/(@?cdktf|constructs)\//.test(file))).toEqual([]);
});

test("what the API loads at its start holds no AWS client and no firebase-admin", () => {
  expect(filesIn("api").filter((file) => /node_modules\/(@aws-sdk|@smithy|firebase-admin)\//.test(file))).toEqual([]);
});

test("the CDKTF program holds nothing but environments and stacks", () => {
  expect(filesIn("app").filter((file) => !within("environments", "stacks").test(file))).toEqual(["main.ts"]);
});

test("the local cloud holds nothing but itself", () => {
  expect(filesIn("local").filter((file) => !within("local").test(file))).toEqual([]);
});

test("the commands hold nothing but the review, and of the environments their names", () => {
  expect(filesIn("commands").filter((file) => !within("commands", "review", "environments").test(file))).toEqual([]);
});
