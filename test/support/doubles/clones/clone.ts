import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Clone } from "../../../../commands/clone/stacks";

/** A clone with the two stacks of staging, and a Terraform that plays its part. */
export interface TestClone extends Clone {
  /** Writes a file of the clone. */
  write(file: string, content: string): void;
  /** What Terraform will show of any plan, and the state it will pull. */
  terraform(files: { readonly plan?: object; readonly state?: object; readonly planFails?: string }): void;
  /** The commands Terraform was given, as `staging: plan …`. */
  commands(): string[];
  commit(): void;
  remove(): void;
}

const double = path.resolve(__dirname, "terraform.sh");

/** Makes a clone in a folder of its own, and puts the playing Terraform in Terraform's place. */
export function makeClone(): TestClone {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-clone-"));
  const [root, playing] = [path.join(folder, "clone"), path.join(folder, "terraform")];
  fs.mkdirSync(root);
  fs.mkdirSync(playing);
  process.env.TERRAFORM_BINARY_NAME = double;
  process.env.TERRAFORM_DOUBLE = playing;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: root, stdio: "pipe" });
  const clone: TestClone = {
    root,
    synthesize: () => undefined,
    write: (file, content) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), content);
    },
    terraform: ({ plan, state, planFails }) => {
      if (plan) fs.writeFileSync(path.join(playing, "plan.json"), JSON.stringify(plan));
      if (state) fs.writeFileSync(path.join(playing, "state.json"), JSON.stringify(state));
      if (planFails) fs.writeFileSync(path.join(playing, "plan.fails"), planFails);
    },
    commands: () => fs.readFileSync(path.join(playing, "log.txt"), "utf8").trim().split("\n"),
    commit: () => {
      git("add", "-A");
      git("commit", "-qm", "a change");
    },
    remove: () => {
      fs.rmSync(folder, { recursive: true });
      delete process.env.TERRAFORM_BINARY_NAME;
      delete process.env.TERRAFORM_DOUBLE;
    },
  };
  git("init", "-q");
  clone.write(".gitignore", "cdktf.out/\n");
  clone.write("review/accepted.json", "[]");
  for (const stack of ["staging", "staging-ecr"])
    clone.write(`cdktf.out/stacks/${stack}/cdk.tf.json`, '{"resource":{}}');
  clone.commit();
  return clone;
}
