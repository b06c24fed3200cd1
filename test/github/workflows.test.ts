import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Command } from "commander";
import { parse } from "yaml";
import { addCiCommands } from "../../commands/ci";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly if?: string;
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = path.resolve(__dirname, "../../.github");
const files = ["workflows", "actions/prepare"].flatMap((name) =>
  fs.readdirSync(path.join(folder, name)).map((file) => path.join(folder, name, file)),
);
const workflow = (name: string): Workflow => parse(fs.readFileSync(path.join(folder, "workflows", name), "utf8"));
const workflows = fs.readdirSync(path.join(folder, "workflows")).map((name) => [name, workflow(name)] as const);

test.each(files.map((file) => [path.relative(folder, file), file]))(
  "%s pins every action by commit and names its version",
  (_, file) => {
    const foreign = fs
      .readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => /^\s*(- )?uses:/.test(line) && !line.includes("uses: ./"));
    expect(foreign.filter((line) => !/uses: [\w-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  },
);

test.each(files.map((file) => [path.relative(folder, file), file]))(
  "%s puts nothing that others wrote into a script",
  (_, file) => {
    const runs: string[] = [];
    JSON.stringify(parse(fs.readFileSync(file, "utf8")), (key, value) => {
      if (key === "run" && typeof value === "string") runs.push(value);
      return value;
    });
    expect(runs.filter((run) => run.includes("${{"))).toEqual([]);
  },
);

describe.each(workflows)("%s", (_, { permissions, jobs }) => {
  test("gives no job more than it asks for, and ends every job some time", () => {
    expect(Object.values(permissions).filter((access) => access === "write")).toEqual([]);
    const own = Object.values(jobs).filter(({ uses }) => uses === undefined);
    expect(own.filter((job) => job["timeout-minutes"] === undefined)).toEqual([]);
  });
});

test("only a pull request of the repository itself gets credentials, and a fork's job none and no secret", () => {
  const { jobs } = workflow("plan.yml");
  expect(jobs.plan?.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
  expect(jobs.plan?.permissions).toMatchObject({ "id-token": "write" });
  expect(jobs.fork?.if).toBe("github.event.pull_request.head.repo.full_name != github.repository");
  expect(jobs.fork?.permissions).toEqual({ contents: "read" });
  expect(JSON.stringify(jobs.fork)).not.toMatch(/secrets\.|vars\.|token/);
});

test("plans come from the event that forks cannot misuse", () => {
  expect(fs.readFileSync(path.join(folder, "workflows/plan.yml"), "utf8")).not.toMatch(
    /pull_request_target|workflow_run/,
  );
});

test("an apply is in its environment, production waits for staging, and no run is cancelled", () => {
  expect(workflow("apply.yml").jobs.apply?.environment).toBe("${{ inputs.environment }}");
  const deploy = parse(fs.readFileSync(path.join(folder, "workflows/deploy.yml"), "utf8"));
  expect(deploy.concurrency["cancel-in-progress"]).toBe(false);
  expect(deploy.jobs.production.needs).toContain("staging");
  expect(deploy.jobs.production.with.approval).toBe(true);
});

test("every step of ours is a command that there is", () => {
  const program = new Command();
  addCiCommands(program, {});
  const known = program.commands[0]?.commands.map((command) => command.name()) ?? [];
  const called = files.flatMap((file) =>
    [...fs.readFileSync(file, "utf8").matchAll(/terrace ci ([\w-]+)/g)].map(([, name]) => name),
  );
  expect(new Set(called)).toEqual(new Set(known));
});
