import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

interface Output {
  readonly entryPoint?: string;
  readonly inputs: Record<string, { readonly bytesInOutput: number }>;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}

const dist = path.join(__dirname, "../dist");

function outputsOf(meta: string): Record<string, Output> {
  return JSON.parse(fs.readFileSync(path.join(dist, "meta", `${meta}.json`), "utf8")).outputs;
}

/** The files that a bundle is made of: the arrows of the house, checked on what is really shipped. */
function filesIn(meta: string): string[] {
  const inputs = Object.values(outputsOf(meta)).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

const functions = fs.readdirSync(path.join(dist, "functions"));
const within = (...folders: string[]) => new RegExp(`^(${folders.join("|")})/`);
/** What stands for a package that is linked apart. */
const linked = /^linked:/;

test.each(functions)("the code of %s holds nothing but functions, domain, runtime and packages", (name) => {
  const allowed = [within("functions", "domain", "runtime", "node_modules"), linked];
  expect(filesIn(name).filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
});

test("the API's code holds nothing but the API, domain, runtime and packages", () => {
  const allowed = [within("api", "domain", "runtime", "node_modules"), linked, /^package\.json$/];
  expect(filesIn("api").filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
});

test("no deployed bundle holds cdktf", () => {
  const deployed = [...functions, "api"].flatMap((name) => [...filesIn(name), ...filesIn(`${name}.packages`)]);
  expect(deployed).toContainEqual(expect.stringMatching(/^node_modules\/@aws-sdk\/client-dynamodb\//));
  expect(deployed.filter((file) => /node_modules\/(@?cdktf|constructs)\//.test(file))).toEqual([]);
});

/** The files that an output and what it imports statically are made of. */
function loadedWith(outputs: Record<string, Output>, entry: string): string[] {
  const loaded = new Set([entry]);
  for (const output of loaded)
    for (const { path: file, kind, external } of outputs[output]?.imports ?? [])
      if (kind === "import-statement" && !external) loaded.add(file);
  return [...loaded].flatMap((output) => Object.keys(outputs[output]?.inputs ?? {}));
}

test("INIT of the API loads all of our code but the page of the documentation, which is asked for seldom", () => {
  const outputs = outputsOf("api");
  const loaded = new Set(loadedWith(outputs, "dist/api/index.mjs"));
  const later = filesIn("api").filter((file) => !loaded.has(file) && !file.startsWith("node_modules/"));
  expect(later.sort()).toEqual(["api/openapi/page.ts"]);
});

test("INIT of the API loads the AWS clients and firebase-admin, but not what firebase-admin does not need for tokens", () => {
  const outputs = outputsOf("api.packages");
  const entry = Object.keys(outputs).find((file) => file.endsWith("/packages.cjs")) ?? "";
  const loaded = loadedWith(outputs, entry);
  const holds = (name: string) => loaded.some((file) => file.startsWith(`node_modules/${name}/`));
  for (const name of ["@aws-sdk/client-dynamodb", "firebase-admin", "h3"])
    expect([name, holds(name)]).toEqual([name, true]);
  for (const name of [
    "google-auth-library",
    "jwks-rsa",
    "jose",
    "@fastify/busboy",
    "@aws-sdk/client-apigatewaymanagementapi",
    "@aws-sdk/client-kms",
    "@aws-sdk/credential-provider-ini",
    "swagger-ui-dist",
  ])
    expect([name, holds(name)]).toEqual([name, false]);
  for (const file of ["firebase-admin/lib/auth/base-auth.js", "shared-ini-file-loader/loadSharedConfigFiles.js"])
    expect(loaded.filter((name) => name.endsWith(file))).toEqual([]);
});

test("the CDKTF program holds nothing but environments, stacks and plain data that deployed code reads too", () => {
  const allowed = [
    within("environments", "image", "stacks"),
    /^domain\/.+\.table\.ts$/,
    /^api\/http\/cors-headers\.ts$/,
  ];
  expect(filesIn("app").filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual(["main.ts"]);
});

test("the local cloud holds nothing but itself", () => {
  expect(filesIn("local").filter((file) => !within("local").test(file))).toEqual([]);
});

test.each([
  ["client", ["client"]],
  ["page", ["page", "client"]],
])("what browsers load of %s holds no package, and of ours nothing but %j", (name, rooms) => {
  expect(filesIn(name).filter((file) => !within(...rooms).test(file))).toEqual([]);
});

test("the commands hold nothing but the review, environments, how a request is signed, and of the local cloud its data and what reads a definition", () => {
  const allowed = [
    within("commands", "review", "environments", "image"),
    within("local/(data|dynamodb|shared)"),
    // An import gives tables the names that the definition has for them.
    within("local/(definition|expressions|iam|stage)"),
    /^runtime\/signed-request[.]ts$/,
  ];
  const files = filesIn("commands").filter((file) => !allowed.some((pattern) => pattern.test(file)));
  expect(files).toEqual([]);
});

test("the commands import by names what is loaded at its first use", () => {
  const code = fs.readFileSync(path.join(dist, "commands/terrace.cjs"), "utf8");
  expect(code).toMatch(/ = require\("@aws-sdk\/client-s3"\)/);
  expect(code).not.toMatch(/__toESM\(require\("(@aws-sdk\/|undici")/);
});
