import { guardedName } from "../../environments/names";
import { project } from "../../environments/project";
import type { Task } from "./deployer";
import { iamArn, type Place } from "./place";

/** Who GitHub says a workflow is: https://docs.github.com/en/actions/reference/security/oidc */
export const GITHUB_ISSUER = "token.actions.githubusercontent.com";
export const GITHUB_AUDIENCE = "sts.amazonaws.com";

/** A repository on GitHub. The numbers of owner and repository are in the subjects of those made since 15 July 2026. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly ids?: { readonly owner: string; readonly repository: string } | undefined;
}

/**
 * Returns who may take a role: for `plan` the pull requests and the main branch, for `apply` jobs in GitHub's
 * environment of that name, whose own rules say which branches and whose approval it takes.
 *
 * GitHub writes subjects with names, and for repositories that were made, renamed or transferred since 15 July 2026
 * with names and numbers; both are exact. A pattern like `repo:owner*` would let in other owners.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function trustPolicy(place: Place, task: Task, repository: Repository) {
  const { owner, name, ids } = repository;
  const prefixes = [`${owner}/${name}`, ...(ids ? [`${owner}@${ids.owner}/${name}@${ids.repository}`] : [])];
  const contexts = task === "plan" ? ["pull_request", "ref:refs/heads/main"] : [`environment:${guardedName(place)}`];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: iamArn(place, `oidc-provider/${GITHUB_ISSUER}`) },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${GITHUB_ISSUER}:aud`]: GITHUB_AUDIENCE,
            [`${GITHUB_ISSUER}:sub`]: prefixes.flatMap((prefix) =>
              contexts.map((context) => `repo:${prefix}:${context}`),
            ),
          },
        },
      },
    ],
  };
}

/** The tags of everything that prepares an account; by these it is known again as ours. */
export const PREPARED_TAGS = { ManagedBy: "terrace bootstrap", Project: project.prefix } as const;
