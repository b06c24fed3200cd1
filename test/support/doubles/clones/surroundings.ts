import fs from "node:fs";
import path from "node:path";
import type { Surroundings } from "../../../../commands/environment/context";
import { runTerraform } from "../../../../commands/programs/terraform";
import { idsIn, resourcesIn } from "../../../../commands/takeover/definition";
import type { Import } from "../../../../commands/takeover/take-over";
import type { Host } from "../../../../commands/terminal/terminal";
import { stateBucket } from "../../../../environments/names";
import { type Commits, historyOf } from "./commits";

export const account = "123456789012";
export const region = "ap-northeast-1";
export const bucket = stateBucket({ account, region });

/** A clone with the two stacks of an environment, and the time. */
export interface Described {
  /** Of the environment. */
  readonly name: string;
  readonly root: string;
  readonly commits: Commits;
  /** Epoch milliseconds; waiting takes no time and moves it on. */
  time: number;
  /** What is in the application's stack besides what every one has. */
  resources: Readonly<Record<string, Readonly<Record<string, object>>>>;
  outputs: Readonly<Record<string, { readonly value: string }>>;
  /** What AWS has, as the account says it when it is asked about what a state does not know. */
  leftovers: readonly Import[];
}

/** Returns what commands work with in such a clone, a program for Terraform unless a player is given. They see what is changed in its description. */
export function surroundingsOf(described: Described, host: Host, terraform = runTerraform): Surroundings {
  const { name, root } = described;
  return {
    host,
    clone: {
      root,
      history: historyOf(root, described.commits),
      terraform,
      synthesize: () => {
        const stacks = {
          [`${name}-ecr`]: { resource: { aws_ecr_repository: { api: { name: `blogapp-${name}-api` } } } },
          [name]: { resource: described.resources, output: described.outputs },
        };
        for (const [id, content] of Object.entries(stacks)) {
          const stack = path.join(root, "cdktf.out/stacks", id);
          const s3Backend = { bucket, key: `blogapp/${name}/${id}.tfstate`, region };
          fs.mkdirSync(stack, { recursive: true });
          const json = { terraform: { backend: { s3: s3Backend } }, ...content };
          fs.writeFileSync(path.join(stack, "cdk.tf.json"), JSON.stringify(json));
        }
      },
    },
    clock: {
      now: () => described.time,
      after: (delay, callback) => {
        described.time += delay;
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      },
      every: () => () => undefined,
    },
    leftovers: async (_, definition, state) =>
      described.leftovers.filter(({ to }) => resourcesIn(definition).has(to) && !idsIn(state).has(to)),
  };
}
