import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Command } from "commander";
import type { FindImage } from "../../../../commands/deployment/deploy";
import type { Surroundings } from "../../../../commands/environment/context";
import { FakeHost } from "../host";
import { type FakeAws, startFakeAws } from "../servers/aws";
import { commitAll } from "./commits";
import { account, type Described, surroundingsOf } from "./surroundings";
import { type Part, TerraformPlayer } from "./terraform";
import { serveTerraform } from "./terraform-program";

export { bucket } from "./surroundings";

/** A clone with the two stacks of staging, a Terraform that keeps what it applies, a bucket, and a clock that a test owns. */
export interface Life extends Described {
  readonly aws: FakeAws;
  /** What is to go wrong in Terraform. */
  readonly terraform: Part;
  /** The addresses that are applied in a stack. */
  applied(stack: string): string[];
  /** The commands that Terraform was given, without those that only read. */
  changes(): string[];
  commit(message?: string): string;
  /** Runs a command line of commands that `add` adds. */
  run(add: (program: Command, around: Surroundings) => void, ...words: readonly string[]): Promise<FakeHost>;
  /** Starts a command line in a process of its own; see `process.ts`. */
  start(bundle: string, ...words: readonly string[]): ChildProcess;
  end(): Promise<void>;
}

type Add<More extends readonly unknown[] = []> = (program: Command, around: Surroundings, ...more: More) => void;

/** Adds a command that finds no image of what was built, as there is none. */
export const withoutImage =
  (add: Add<[FindImage]>): Add =>
  (program, around) =>
    add(program, around, async () => ({}));

/** Begins the life of an environment, `staging` unless another is named. Call `end` after the test. */
export async function beginLife(name = "staging"): Promise<Life> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-life-"));
  const root = path.join(folder, "clone");
  fs.mkdirSync(root);
  const aws = await startFakeAws(account);
  const terraform = new TerraformPlayer();
  const program = await serveTerraform(terraform);
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "2",
  });
  const life: Life = {
    name,
    root,
    aws,
    time: Date.UTC(2026, 10, 26),
    resources: { aws_lambda_function: { connect: { function_name: "blogapp-staging-connect", code: "1" } } },
    outputs: {},
    leftovers: [],
    commits: { head: "", all: {} },
    terraform: terraform.part,
    applied: (stack) => terraform.applied(stack),
    changes: () =>
      terraform.log.filter((line) => line.includes(": apply")).map((line) => line.split(" ").slice(0, 2).join(" ")),
    commit: (message) => commitAll(root, life.commits, message),
    run: (add, ...words) => {
      const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: account } });
      return host.run((commands) => add(commands, surroundingsOf(life, host, terraform.run)), ...words);
    },
    start: (bundle, ...words) =>
      spawn(process.execPath, [bundle, ...words], {
        env: {
          ...process.env,
          ...program.variables,
          TERRACE_ACCOUNT_ID: account,
          TERRACE_LIFE: JSON.stringify(life),
        },
        stdio: ["ignore", "ignore", "pipe"],
      }),
    end: async () => {
      await aws.close();
      await program.close();
      process.env = before;
      fs.rmSync(folder, { recursive: true });
    },
  };
  fs.mkdirSync(path.join(root, "review"));
  fs.writeFileSync(path.join(root, "review/accepted.json"), "[]");
  life.commit();
  return life;
}
