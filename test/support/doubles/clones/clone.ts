import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Command } from "commander";
import type { Clone } from "../../../../commands/clone/stacks";
import type { Surroundings } from "../../../../commands/environment/context";
import { systemClock } from "../../../../local/shared/clock";
import { FakeHost } from "../host";
import type { FakeAws } from "../servers/aws";
import { commitAll, historyOf } from "./commits";
import { account, bucket, region } from "./surroundings";
import { type Part, TerraformPlayer } from "./terraform";

/** A clone with the two stacks of staging, and a Terraform that plays its part. */
export interface TestClone extends Clone {
  terraform: Clone["terraform"];
  /** Writes a file of the clone. */
  write(file: string, content: string): void;
  /** What Terraform does and says from now on. */
  play(part: Part): void;
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

/** Makes a clone in a folder of its own, and puts the playing Terraform in Terraform's place, and a playing AWS in AWS's. */
export function makeClone(aws?: FakeAws): TestClone {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-clone-"));
  const root = path.join(folder, "clone");
  fs.mkdirSync(root);
  const [player, commits] = [new TerraformPlayer(), { head: "", all: {} }];
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws?.url ?? "http://127.0.0.1:1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const clone: TestClone = {
    root,
    synthesize: () => undefined,
    history: historyOf(root, commits),
    terraform: player.run,
    write: (file, content) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), content);
    },
    play: (part) => void Object.assign(player.part, part),
    commands: () => player.log,
    commit: () => void commitAll(root, commits),
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
  clone.write("review/accepted.json", "[]");
  for (const stack of ["staging", "staging-ecr"]) {
    const s3 = { bucket, key: `blogapp/staging/${stack}.tfstate`, region };
    clone.write(
      `cdktf.out/stacks/${stack}/cdk.tf.json`,
      JSON.stringify({ terraform: { backend: { s3 } }, resource: {} }),
    );
  }
  clone.commit();
  return clone;
}
