import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Command } from "commander";
import type { Clone } from "../../../../commands/clone/stacks";
import type { Surroundings } from "../../../../commands/environment/context";
import { stateBucket } from "../../../../environments/names";
import { systemClock } from "../../../../local/shared/clock";
import { FakeHost } from "../host";
import type { FakeAws } from "../servers/aws";

/** A clone with the two stacks of staging, and a Terraform that plays its part. */
export interface TestClone extends Clone {
  /** Writes a file of the clone. */
  write(file: string, content: string): void;
  /** What Terraform will show of any plan, the state it will pull, and what it says of a plan that fails or ends half-way. */
  terraform(files: {
    readonly plan?: object;
    readonly changes?: boolean;
    readonly state?: object;
    readonly planFails?: string;
    readonly planEnds?: string;
  }): void;
  /** The commands Terraform was given, as `staging: plan …`. */
  commands(): string[];
  commit(): void;
  /** Runs a command line of commands that `add` adds, with more variables. */
  run(
    add: (program: Command, around: Surroundings) => void,
    words: readonly string[],
    env?: Record<string, string>,
  ): Promise<FakeHost>;
  remove(): void;
}

const account = "123456789012";
const region = "ap-northeast-1";

const double = path.resolve(__dirname, "terraform.sh");

/** Makes a clone in a folder of its own, and puts the playing Terraform in Terraform's place, and a playing AWS in AWS's. */
export function makeClone(aws?: FakeAws): TestClone {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-clone-"));
  const [root, playing] = [path.join(folder, "clone"), path.join(folder, "terraform")];
  fs.mkdirSync(root);
  fs.mkdirSync(playing);
  const before = { ...process.env };
  Object.assign(process.env, {
    TERRAFORM_BINARY_NAME: double,
    TERRAFORM_DOUBLE: playing,
    AWS_ENDPOINT_URL: aws?.url ?? "http://127.0.0.1:1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: root, stdio: "pipe" });
  const clone: TestClone = {
    root,
    synthesize: () => undefined,
    write: (file, content) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), content);
    },
    terraform: ({ plan, changes, state, planFails, planEnds }) => {
      if (plan) fs.writeFileSync(path.join(playing, "plan.json"), JSON.stringify(plan));
      if (changes) fs.writeFileSync(path.join(playing, "plan.changes"), "");
      if (state) fs.writeFileSync(path.join(playing, "state.json"), JSON.stringify(state));
      if (planEnds) fs.writeFileSync(path.join(playing, "plan.ends"), planEnds);
      if (planFails) fs.writeFileSync(path.join(playing, "plan.fails"), planFails);
    },
    commands: () => fs.readFileSync(path.join(playing, "log.txt"), "utf8").trim().split("\n"),
    commit: () => {
      git("add", "-A");
      git("commit", "-qm", "a change");
    },
    run: (add, words, env = {}) => {
      const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: account, ...env } });
      const around = { host, clone, clock: systemClock, leftovers: async () => [] };
      return host.run((program) => add(program, around), ...words);
    },
    remove: () => {
      fs.rmSync(folder, { recursive: true });
      process.env = before;
    },
  };
  git("init", "-q");
  clone.write(".gitignore", "cdktf.out/\n");
  clone.write("review/accepted.json", "[]");
  for (const stack of ["staging", "staging-ecr"]) {
    const s3 = { bucket: stateBucket({ account, region }), key: `blogapp/staging/${stack}.tfstate`, region };
    clone.write(
      `cdktf.out/stacks/${stack}/cdk.tf.json`,
      JSON.stringify({ terraform: { backend: { s3 } }, resource: {} }),
    );
  }
  clone.commit();
  return clone;
}
