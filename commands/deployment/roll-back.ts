import fs from "node:fs";
import path from "node:path";
import type { Clone } from "../clone/stacks";
import { type Context, ledgerOf, requireUnlocked, synthesize, synthesized } from "../environment/context";
import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import { failures } from "../gate/checks";
import { hasImage } from "../image/ecr";
import { unpackStacks } from "../releases/bundle";
import { deployedResources } from "../releases/deployed";
import type { Ledger } from "../releases/ledger";
import { currentRelease, isUsable, type Release, releaseBefore } from "../releases/release";
import type { Outcome } from "../terminal/terminal";
import { planStacks, requireNoStops, showPlans } from "./planning";
import { carryOut } from "./release";

export interface RollbackOptions {
  /** The release to go back to; the last one before the present one that worked, unless given. */
  readonly number?: number | undefined;
  readonly gate: boolean;
  /** True if it was agreed to before. */
  readonly confirmed?: boolean;
}

/**
 * Goes back to a release exactly: Terraform applies the definitions, zip files and image that were deployed then,
 * whatever is checked out. The rollback is a release of its own.
 *
 * @returns what became of it, to be printed
 * @throws CommandError (refused) if there is no such release, a lock is held, the review stops the plan, or it was not
 * confirmed
 */
export async function rollBack(context: Context, options: RollbackOptions): Promise<Outcome> {
  const { environment, terminal, signal, clone } = context;
  // The synthesis only tells where the states are.
  const ledger = ledgerOf(context, synthesize(context));
  const releases = await ledger.all();
  const target = targetOf(context, releases, options.number);
  if (target.image !== undefined && !(await hasImage(environment, target.image, signal)))
    throw new CommandError({
      subject: `release ${target.number}`,
      value: target.image,
      mistake: "is its image, and the repository does not have it any more",
      remedy: "choose a later release, or check out its commit and deploy that with --older",
      exitCode: EXIT.refused,
    });
  const folder = path.join(clone.root, ".terrace/releases", environment.name, String(target.number));
  const stacks = await unpack(ledger, target, folder, clone);
  const prepared = synthesized(stacks);
  await requireUnlocked(context, prepared);
  const plans = await planStacks(context, prepared);
  showPlans(context, plans);
  requireNoStops(context, plans, await deployedResources(ledger, releases));
  const about = `release ${target.number} (${target.commit.slice(0, 12)}, ${target.startedAt})`;
  if (!plans.some(({ changes }) => changes) && currentRelease(releases)?.bundle === target.bundle) {
    return {
      exitCode: EXIT.done,
      value: { environment: environment.name, deployed: false, release: target },
      lines: [`${environment.name} is ${about} already.`],
    };
  }
  if (!options.confirmed) await terminal.confirm({ action: `go back to ${about}`, environment }, signal);
  const { release, checks } = await carryOut(context, ledger, {
    action: "rollback",
    commit: target.commit,
    edited: target.edited,
    to: target.number,
    plans,
    synthesized: prepared,
    gate: options.gate,
    keep: async () => ({ bundle: target.bundle, image: target.image }),
  });
  if (release.status !== "deployed")
    throw new CommandError({
      subject: environment.name,
      mistake: `is back at ${about} and does not work: ${failures(checks)}`,
      remedy: `look with \`terrace logs ${environment.name}\``,
      exitCode: EXIT.unhealthy,
    });
  return {
    exitCode: EXIT.done,
    value: { environment: environment.name, deployed: true, release, checks },
    lines: [terminal.styled("good", `${environment.name} is back at ${about}, as release ${release.number}.`)],
  };
}

function targetOf({ environment }: Context, releases: readonly Release[], number: number | undefined): Release {
  const current = currentRelease(releases);
  const target =
    number === undefined
      ? current && releaseBefore(releases, current)
      : releases.find((release) => release.number === number && release.bundle !== undefined);
  if (target) return target;
  const known =
    releases
      .filter(isUsable)
      .map((release) => release.number)
      .join(", ") || "none";
  throw new CommandError({
    subject: `${environment.name}, release`,
    value: number,
    mistake: number === undefined ? "was not named, and none before the present one worked" : "cannot be gone back to",
    remedy: `name one that was deployed: ${known}`,
    exitCode: EXIT.refused,
  });
}

/** Unpacks a release and makes sure that it is what the ledger says. */
async function unpack(ledger: Ledger, { bundle = "", stacks }: Release, folder: string, clone: Clone) {
  fs.rmSync(folder, { recursive: true, force: true });
  const unpacked = unpackStacks(await ledger.kept(bundle), folder, clone);
  const missing = stacks.filter(({ name }) => !unpacked.some((stack) => stack.name === name));
  if (missing.length > 0) throw new Error(`The kept release lacks ${missing.map(({ name }) => name).join(", ")}.`);
  return unpacked;
}
