import assert from "node:assert/strict";
import { EXIT, type ExitCode } from "../../../commands/errors/exit-codes";
import type { Account } from "../../support/doubles/servers/account/account";
import type { Clone, Ended, Typing } from "./clone";

export interface Stage {
  readonly clone: Clone;
  readonly account: Account;
  /** The digests of the images that Docker built and pushed, in order. */
  readonly built: readonly string[];
}

/** The region of most environments. */
export const HERE = "ap-northeast-1";
/** The region that one environment is moved to. */
export const ELSEWHERE = "eu-west-1";

/** Tells a story step by step, each of which passed or is the last. */
export class Teller {
  private last: Ended | undefined;

  constructor(readonly stage: Stage) {}

  /** Takes a step and says that it passed. @throws whatever stopped it, after what the last command said of it */
  async step(title: string, take: () => Promise<void>): Promise<void> {
    const began = performance.now();
    this.last = undefined;
    try {
      await take();
    } catch (error) {
      const said = this.last as Ended | undefined;
      console.log(`failed  ${title}\n${said ? `${said.progress}\n${JSON.stringify(said.json, null, 2)}` : ""}`);
      throw error;
    }
    console.log(`passed  ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }

  /** Types a command that has to end with an exit code; null if it is killed. */
  async terrace(
    exitCode: ExitCode | null,
    words: readonly string[],
    typing: Typing = {},
    clone: Clone = this.stage.clone,
  ): Promise<Ended> {
    const ended = await clone.terrace(words, typing);
    this.last = ended;
    assert.equal(ended.status, exitCode, `terrace ${words.join(" ")} ended with ${ended.status}`);
    return ended;
  }

  /** Deploys without asking whether it works: nobody runs what stand-ins made. */
  deploy(name: string, typing: Typing = {}): Promise<Ended> {
    return this.terrace(EXIT.done, ["deploy", name, "--yes", "--no-gate"], typing);
  }

  /** The digests of the images in staging's repository. */
  images(): Promise<readonly string[]> {
    return this.stage.account.images(HERE, "blogapp-staging-api");
  }

  /** Returns the digest of the image that an environment's API runs. The registry has to have it. */
  async image(name = "staging", region: string = HERE): Promise<string> {
    const { account } = this.stage;
    const api = account.states
      .of("aws_lambda_function", region)
      .find(({ attributes }) => attributes.function_name === `blogapp-${name}-api`);
    const digest = String(api?.attributes.image_uri).replace(/.*@/, "");
    const there = await account.images(region, `blogapp-${name}-api`);
    assert.ok(
      there.includes(digest),
      `the registry has ${there.join(", ")} and not ${digest}, which the function runs`,
    );
    return digest;
  }
}
