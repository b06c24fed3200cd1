// npm run verify -- <environment>: the behaviours that `npm test` checks on the laptop, on a deployed environment.
//
//   --outputs <file>   the stack's outputs, as `terraform output -json` or `cdktf output --outputs-file` writes them;
//                      without it, Terraform reads them from the state
//   --protected        verifies an environment that is protected from deletion, such as production, too
//
// FIREBASE_API_KEY lets throw-away users sign in, and AWS credentials (as the AWS CLI finds them) open the tables and
// sign broadcasts. Behaviours that lack either are "not run", and never passed.
//
// Exit codes: 0 every behaviour ran and passed; 1 one failed; 2 the arguments are wrong or refused; 3 none failed, but
// some or all were not run.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import jestConfig from "../../jest.config.js";
import { addressesIn, readStack, root, stackFile } from "./addresses.mjs";
import { EXIT, verdictOf } from "./verdict.mjs";

const USAGE = "npm run verify -- <environment> [--outputs <file>] [--protected]";

/** Ends the run with a reason. */
class End extends Error {
  /** @param {"refused" | "not run"} verdict @param {string} reason */
  constructor(verdict, reason) {
    super(`${verdict}: ${reason}`);
    this.code = EXIT[verdict];
  }
}

/** @returns {{ environment: string, outputs: string | undefined, evenProtected: boolean }} */
function readArguments() {
  const options = /** @type {const} */ ({ outputs: { type: "string" }, protected: { type: "boolean" } });
  try {
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    const [environment, ...others] = positionals;
    if (environment === undefined) throw new End("not run", `no environment is named. ${USAGE}`);
    if (others.length > 0) throw new End("refused", `one environment at a time, not ${positionals.join(", ")}.`);
    return { environment, outputs: values.outputs, evenProtected: values.protected ?? false };
  } catch (error) {
    throw error instanceof End ? error : new End("refused", `${messageOf(error).split(". ")[0]}. ${USAGE}`);
  }
}

/** Reads the outputs of a stack from a file or, without one, from its state. @param {string} environment @param {string} [file] */
function readOutputs(environment, file) {
  if (file !== undefined) {
    try {
      return addressesIn(JSON.parse(fs.readFileSync(file, "utf8")), environment);
    } catch (error) {
      throw new End("refused", `--outputs ${file}: ${messageOf(error)}`);
    }
  }
  terraform(environment, "init", "-input=false");
  const json = terraform(environment, "output", "-json");
  try {
    return addressesIn(JSON.parse(json), environment);
  } catch (error) {
    throw new End("not run", `${messageOf(error)} Is it deployed? \`npx cdktf deploy ${environment}\` does.`);
  }
}

/** Runs Terraform in the stack of an environment. @param {string} environment @param {string[]} args */
function terraform(environment, ...args) {
  // The CDKTF CLI lets the same variable name another program.
  const program = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const options = /** @type {const} */ ({ cwd: path.dirname(stackFile(environment)), encoding: "utf8" });
  const { status, stdout, stderr, error } = spawnSync(program, [...args, "-no-color"], options);
  if (status === 0) return stdout;
  throw new End("not run", `the outputs of ${environment} cannot be read:\n${error?.message ?? stderr.trim()}`);
}

/** Finds out what cannot be had, and why. @param {string} region @returns {Promise<Record<string, string>>} */
async function findLacking(region) {
  /** @type {Record<string, string>} */
  const lacking = {};
  if (!process.env.FIREBASE_API_KEY) lacking.users = "FIREBASE_API_KEY is not set";
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient({ region });
  await client.config.credentials().catch((error) => {
    lacking.credentials = `there are no AWS credentials (${messageOf(error)})`;
  });
  client.destroy();
  return lacking;
}

/** Runs the behaviours as tests. @param {object} target */
function runTests(target) {
  return inTemporaryFolder((folder) => {
    const file = path.join(folder, "results.json");
    // Without the global setup, which would synthesize for no account in particular.
    const { globalSetup: _, ...config } = jestConfig;
    const only = { ...config, rootDir: root, testMatch: ["<rootDir>/test/behaviour/deployed.verify.ts"] };
    const args = ["--config", JSON.stringify(only), "--verbose", "--json", "--outputFile", file];
    spawnSync(process.execPath, [path.join(root, "node_modules/jest/bin/jest.js"), ...args], {
      cwd: root,
      env: {
        ...process.env,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        TERRACE_VERIFY: JSON.stringify(target),
      },
      // Of jest's two streams the first one only repeats the results as JSON.
      stdio: ["ignore", "ignore", "inherit"],
    });
    /** @type {{ success: boolean, testResults: { assertionResults: { status: string }[] }[] }} */
    const { success, testResults } = JSON.parse(fs.readFileSync(file, "utf8"));
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    // Jest fails as a whole too, such as when a throw-away user could not be removed.
    const failed = results.some(({ status }) => status === "failed");
    return success || failed ? results : [...results, { status: "failed" }];
  });
}

/** @template Result @param {(folder: string) => Result} use @returns {Result} */
function inTemporaryFolder(use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-verify-"));
  try {
    return use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

async function verify() {
  const { environment, outputs, evenProtected } = readArguments();
  const build = spawnSync(process.execPath, ["build.mjs", "--synth"], { cwd: root, stdio: "inherit" });
  if (build.status !== 0) throw new End("refused", "the definition cannot be synthesized: see above.");
  if (!fs.existsSync(stackFile(environment)))
    throw new End("refused", `there is no environment "${environment}" in environments/.`);
  const { isProtected, ...stack } = readStack(environment);
  if (isProtected && !evenProtected)
    throw new End(
      "refused",
      `${environment} is protected from deletion, since users depend on it. Verifying it shows posts and messages of ` +
        "a test to them for a moment: say --protected to do so.",
    );
  const addresses = readOutputs(environment, outputs);
  const lacking = await findLacking(stack.region);
  console.log(`Verifying ${environment} at ${addresses.apiUrl}`);
  const results = runTests({ ...stack, ...addresses, lacking: Object.keys(lacking) });
  const { code, lines } = verdictOf(environment, results, lacking);
  console.log(`\n${lines.join("\n")}`);
  return code;
}

try {
  process.exitCode = await verify();
} catch (error) {
  if (!(error instanceof End)) throw error;
  console.error(error.message);
  process.exitCode = error.code;
}
