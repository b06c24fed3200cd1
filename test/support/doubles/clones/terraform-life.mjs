#!/usr/bin/env node
// Plays Terraform with a state that outlives it: what is applied is kept in $TERRAFORM_LIFE/<stack>.json, resource by
// resource, so that a test can kill an apply at any of them and run it again. The stack is the folder's name. A file
// `kill-after` says after how many resources it kills itself, and `fail-at` at which address it fails; log.txt takes
// every command. With a file `calls`, an apply locks its state and asks AWS for every resource, as Terraform does.
import fs from "node:fs";
import path from "node:path";

const folder = process.env.TERRAFORM_LIFE ?? "";
const [command = "", ...args] = process.argv.slice(2);
const stack = path.basename(process.cwd());
const stateFile = path.join(folder, `${stack}.json`);
const at = (/** @type {string} */ name) => path.join(folder, name);
const has = (/** @type {string} */ option) => args.includes(option);
fs.appendFileSync(
  at("log.txt"),
  `${stack}: ${[command, ...args.filter((arg) => !arg.startsWith("-no-color"))].join(" ")}\n`,
);

/** @returns {{ serial: number, resources: Record<string, object> }} */
function readState() {
  return fs.existsSync(stateFile) ? JSON.parse(fs.readFileSync(stateFile, "utf8")) : { serial: 0, resources: {} };
}

/** @param {{ serial: number, resources: Record<string, object> }} state */
const writeState = (state) => fs.writeFileSync(stateFile, JSON.stringify({ ...state, serial: state.serial + 1 }));

/** @returns {Record<string, object>} */
function wanted() {
  if (has("-destroy")) return {};
  const { resource = {} } = JSON.parse(fs.readFileSync("cdk.tf.json", "utf8"));
  return Object.fromEntries(
    Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, values]) => [`${type}.${name}`, values]),
    ),
  );
}

function changes() {
  const [before, after] = [readState().resources, wanted()];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((address) => {
    const [old, young] = [before[address], after[address]];
    if (JSON.stringify(old) === JSON.stringify(young)) return [];
    const action = old === undefined ? "create" : young === undefined ? "delete" : "update";
    return [{ address, action, before: old ?? null, after: young ?? null }];
  });
}

const print = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const number = (/** @type {string} */ name) =>
  fs.existsSync(at(name)) ? Number(fs.readFileSync(at(name), "utf8")) : Infinity;

/** @param {string} method @param {string} name @param {string} [body] */
async function call(method, name, body) {
  if (!fs.existsSync(at("calls"))) return true;
  const headers = { "x-terraform": stack, ...(method === "PUT" && { "if-none-match": "*" }) };
  const url = `${process.env.AWS_ENDPOINT_URL}/${name}`;
  return (await fetch(url, { method, headers, ...(body && { body }) })).ok;
}

/** @param {string} file */
async function applyLocked(file) {
  const { bucket, key } = JSON.parse(fs.readFileSync("cdk.tf.json", "utf8")).terraform.backend.s3;
  const lock = { ID: stack, Operation: "OperationTypeApply", Who: "t@t", Created: "2026-11-26T00:00:00Z" };
  const name = `${bucket}/${key}.tflock`;
  if (!(await call("PUT", name, JSON.stringify(lock)))) return fail("Error acquiring the state lock");
  await apply(file);
  await call("DELETE", name);
}

/** @param {string} file */
async function apply(file) {
  const plan = JSON.parse(fs.readFileSync(file, "utf8"));
  const state = readState();
  if (plan.serial !== state.serial) return fail("Saved plan is stale");
  const [killAfter, failing] = [
    number("kill-after"),
    fs.existsSync(at("fail-at")) && fs.readFileSync(at("fail-at"), "utf8"),
  ];
  for (const [index, { address, action, after }] of plan.changes.entries()) {
    if (index >= killAfter) process.kill(process.pid, "SIGKILL");
    const hook = { resource: { addr: address }, action };
    print({ type: "apply_start", hook });
    await call("GET", `terraform/${address}`);
    if (address === failing) {
      print({ type: "apply_errored", hook });
      return fail(`${address} was refused`);
    }
    const present = readState();
    if (after === null) delete present.resources[address];
    else present.resources[address] = after;
    writeState(present);
    print({ type: "apply_complete", hook: { ...hook, elapsed_seconds: 1 } });
  }
}

/** @param {string} summary */
function fail(summary) {
  print({ type: "diagnostic", diagnostic: { severity: "error", summary, detail: "" } });
  process.exitCode = 1;
}

switch (command) {
  case "init":
    break;
  case "plan": {
    const list = changes();
    const out = args.find((arg) => arg.startsWith("-out="))?.slice("-out=".length) ?? "";
    fs.writeFileSync(out, JSON.stringify({ serial: readState().serial, changes: list }));
    process.exitCode = list.length > 0 ? 2 : 0;
    break;
  }
  case "show": {
    const { changes: list } = JSON.parse(fs.readFileSync(args.at(-1) ?? "", "utf8"));
    print({
      format_version: "1.2",
      resource_changes: list.map(
        (
          /** @type {{ address: string, action: string, before: object, after: object }} */ {
            address,
            action,
            before,
            after,
          },
        ) => ({
          address,
          mode: "managed",
          type: address.split(".")[0],
          change: { actions: [action], before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
        }),
      ),
    });
    break;
  }
  case "apply":
    await applyLocked(args.at(-1) ?? "");
    break;
  case "import": {
    const [to = "", id = ""] = args.slice(-2);
    const { serial, resources } = readState();
    const [type = "", name = ""] = to.split(".");
    const { resource } = JSON.parse(fs.readFileSync("cdk.tf.json", "utf8"));
    writeState({ serial, resources: { ...resources, [to]: { ...resource[type]?.[name], id } } });
    break;
  }
  case "output": {
    const { output = {} } = JSON.parse(fs.readFileSync("cdk.tf.json", "utf8"));
    print(readState().serial === 0 ? {} : output);
    break;
  }
  case "state": {
    const { serial, resources } = readState();
    if (args[0] === "rm") {
      const left = Object.entries(resources).filter(([address]) => !args.includes(address));
      writeState({ serial, resources: Object.fromEntries(left) });
      break;
    }
    if (serial === 0) break;
    const list = Object.entries(resources).map(([address, attributes]) => ({
      type: address.split(".")[0],
      name: address.split(".")[1],
      mode: "managed",
      instances: [{ attributes }],
    }));
    print({ serial, lineage: "life", resources: list });
    break;
  }
  default:
    fail(`${command} is not played`);
}
