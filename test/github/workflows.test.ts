import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { terrace } from "../../commands/program";
import { commandsOf } from "../support/commands-of";

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

test("every step of ours is a command with these options, and every step of `terrace ci` is in a workflow", () => {
  const program = terrace();
  const known = new Map(commandsOf(program).map((command) => [command.words, command.command] as const));
  const called = files.flatMap((file) =>
    [...fs.readFileSync(file, "utf8").matchAll(/(?:npx terrace|npm run --silent) ((?:ci )?[\w-]+)(.*)/g)].map(
      ([, words = "", rest = ""]) => ({ words, options: rest.match(/(?<= )--[\w-]+/g) ?? [] }),
    ),
  );
  for (const { words, options } of called) {
    const has = known.get(words)?.options.map(({ long }) => long);
    expect({ words, unknown: options.filter((option) => !has?.includes(option)) }).toEqual({ words, unknown: [] });
  }
  const steps = [...known.keys()].filter((words) => words.startsWith("ci "));
  expect(steps.filter((words) => !called.some((step) => step.words === words))).toEqual([]);
});

test("no job that plans or applies logs Docker in, or keeps anything in the clone", () => {
  for (const name of ["plan.yml", "apply.yml", "deploy.yml", "drift.yml"]) {
    const text = fs.readFileSync(path.join(folder, "workflows", name), "utf8").replace(/^\s*#.*$/gm, "");
    expect(text).not.toMatch(/docker|registry:/i);
    expect(text.match(/(?<!\$RUNNER_TEMP\/)\b(kept|plan\.sealed)\b/g) ?? []).toEqual(
      text.match(/(?<=\$\{\{ runner\.temp \}\}\/)plan\.sealed/g) ?? [],
    );
  }
});
