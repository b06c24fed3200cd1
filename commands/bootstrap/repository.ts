import { CommandError } from "../errors/command-error";
import type { Repository } from "../rights/trust";

/**
 * Returns the repository that an option names. It is never guessed from the clone: a fork's clone would let the fork
 * deploy.
 *
 * @throws CommandError if the repository or its numbers are not of their form.
 */
export function repositoryOf(repository: string | undefined, ids: string | undefined): Repository | undefined {
  const [, owner, name] = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([\w.-]+)$/.exec(repository ?? "") ?? [];
  if (repository !== undefined && !(owner && name))
    throw new CommandError({
      subject: "--github",
      value: repository,
      mistake: "is not a repository",
      remedy: 'write owner and name, such as "octocat/blog"',
    });
  const [, ownerId, repositoryId] = /^(\d+)\/(\d+)$/.exec(ids ?? "") ?? [];
  if (ids !== undefined && !(ownerId && repositoryId && owner))
    throw new CommandError({
      subject: "--github-ids",
      value: ids,
      mistake: owner ? "is not two numbers" : "belongs to --github",
      remedy: 'write "583231/1296269", which `gh api repos/OWNER/REPOSITORY --jq \'"\\(.owner.id)/\\(.id)"\'` prints',
    });
  if (!owner || !name) return undefined;
  return { owner, name, ...(ownerId && repositoryId && { ids: { owner: ownerId, repository: repositoryId } }) };
}
