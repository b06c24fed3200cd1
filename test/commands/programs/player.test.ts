/** What command tests have for Terraform says within the process what it says as a program. */
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type RunTerraform, runTerraform } from "../../../commands/programs/terraform";
import { TerraformPlayer } from "../../support/doubles/clones/terraform";
import { serveTerraform, type TerraformProgram } from "../../support/doubles/clones/terraform-program";

let folder: string;
let player: TerraformPlayer;
let program: TerraformProgram;
const before = process.env;

beforeEach(async () => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "terrace-player-")), "staging");
  fs.mkdirSync(folder);
  define("1");
  player = new TerraformPlayer();
  program = await serveTerraform(player);
  process.env = { ...before, ...program.variables };
});
afterEach(async () => {
  process.env = before;
  await program.close();
  fs.rmSync(path.dirname(folder), { recursive: true });
});

function define(code: string): void {
  const resource = { aws_lambda_function: { a: { code }, b: { code }, c: { code } } };
  const output = { Url: { value: "https://example.com" } };
  fs.writeFileSync(path.join(folder, "cdk.tf.json"), JSON.stringify({ resource, output }));
}

/** What a line says, as `apply_start a`. */
function sayingOf(line: string): string {
  const { type, hook, diagnostic } = JSON.parse(line);
  return `${type} ${diagnostic?.summary ?? hook.resource.addr.split(".")[1]}`;
}
const applied = (...names: readonly string[]) =>
  names.flatMap((name) => [`apply_start ${name}`, `apply_complete ${name}`]);

describe.each<[string, () => RunTerraform]>([
  ["within the process", () => player.run],
  ["as a program", () => runTerraform],
])("Terraform, played %s,", (_, how) => {
  const terraform = (...args: readonly string[]) => how()({ folder, args });
  const plan = () => terraform("plan", `-out=${path.join(folder, "tfplan")}`);
  /** Applies, and returns the exit code and the lines as they came. */
  const apply = async (signal?: AbortSignal) => {
    const lines: string[] = [];
    const args = ["apply", path.join(folder, "tfplan")];
    const ended = await how()({ folder, args, signal, onLine: (line) => lines.push(line) });
    expect([ended.stdout, ended.stderr]).toEqual([lines.join("\n"), ""]);
    return [ended.status, ...lines.map(sayingOf)];
  };

  test("says by its exit code whether a plan changes something, and keeps what is applied", async () => {
    expect(await terraform("state", "pull")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(await plan()).toEqual({ status: 2, stdout: "", stderr: "" });
    expect(await apply()).toEqual([0, ...applied("a", "b", "c")]);
    expect(await plan()).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(JSON.parse((await terraform("output", "-json")).stdout)).toEqual({ Url: { value: "https://example.com" } });
    expect(JSON.parse((await terraform("state", "pull")).stdout)).toMatchObject({ serial: 3 });
    expect(player.log).toContain("staging: state pull");
  });

  test("says why it fails, in a line or on standard error, and lines that come before stay", async () => {
    player.part.fails = { plan: "no credentials" };
    expect(await plan()).toEqual({ status: 1, stdout: "", stderr: "no credentials" });
    player.part.fails = {};
    player.part.planEnds = "half-way";
    expect(await plan()).toEqual({ status: 1, stdout: "", stderr: "half-way" });
    player.part.failAt = "aws_lambda_function.b";
    const failed = ["apply_start b", "apply_errored b", "diagnostic Error: aws_lambda_function.b was refused"];
    expect(await apply()).toEqual([1, ...applied("a"), ...failed]);
    expect(await apply()).toEqual([1, "diagnostic Error: Saved plan is stale"]);
    expect((await terraform("no-such-command")).status).toBe(1);
  });

  test("finishes what is under way when it is interrupted, and begins nothing more", async () => {
    await plan();
    const controller = new AbortController();
    player.part.onStep = async (address, signal) => {
      if (!address.endsWith(".b")) return;
      const told = signal && once(signal, "abort");
      controller.abort();
      await told;
    };
    expect(await apply(controller.signal)).toEqual([1, ...applied("a", "b"), "diagnostic Error: execution halted"]);
    expect(player.applied("staging")).toEqual(["aws_lambda_function.a", "aws_lambda_function.b"]);
  });

  test("has no exit code when it is killed, and what was applied before is applied", async () => {
    await plan();
    player.part.killAfter = 1;
    expect(await apply()).toEqual([undefined, ...applied("a")]);
    expect(player.applied("staging")).toEqual(["aws_lambda_function.a"]);
  });
});
