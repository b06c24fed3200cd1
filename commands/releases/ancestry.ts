import { CommandError } from "../errors/command-error";
import { EXIT } from "../errors/exit-codes";
import type { History, Sources } from "../programs/git";
import type { Release } from "./release";

/**
 * Makes sure that what is deployed is in the history of what is checked out, so that nobody's work is undone unawares.
 *
 * @throws CommandError (refused) if the checkout is older, on another branch, or does not know the deployed commit
 */
export function requireNewer(history: History, { commit }: Sources, deployed: Release | undefined): void {
  if (deployed === undefined || deployed.commit === commit) return;
  const about = `${deployed.commit.slice(0, 12)} (release ${deployed.number}, ${deployed.startedAt})`;
  const refused = (mistake: string, remedy: string) =>
    new CommandError({ subject: "checkout", value: commit.slice(0, 12), mistake, remedy, exitCode: EXIT.refused });
  const anyway = "or pass --older if you mean it";
  if (!history.knows(deployed.commit))
    throw refused(`does not know the deployed commit ${about}`, `run \`git fetch\` and try again, ${anyway}`);
  if (history.isAncestor(deployed.commit, commit)) return;
  throw history.isAncestor(commit, deployed.commit)
    ? refused(
        `is older than the deployed commit ${about}`,
        `run \`git pull\`, go back on purpose with \`terrace rollback\`, ${anyway}`,
      )
    : refused(`is not based on the deployed commit ${about}`, `merge or rebase first, ${anyway}`);
}
