import type { Octokit } from "@octokit/rest";

/** A repository on GitHub, and the client that may work on it. */
export interface Repository {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
}

/** The user as whom a workflow's own token writes. */
export const BOT = "github-actions[bot]";

/**
 * Takes the repository and the token from a workflow's environment.
 *
 * @throws Error that names the missing variable.
 */
export async function repositoryOf(env: Readonly<Record<string, string | undefined>>): Promise<Repository> {
  const [owner, repo] = required(env, "GITHUB_REPOSITORY").split("/");
  if (!owner || !repo) throw new Error('GITHUB_REPOSITORY must be "owner/name".');
  const baseUrl = env.GITHUB_API_URL || "https://api.github.com";
  const auth = required(env, "GITHUB_TOKEN");
  // It ships ES modules only, which our programs are not, and few commands need it.
  const { Octokit } = await import("@octokit/rest");
  return { octokit: new Octokit({ auth, baseUrl }), owner, repo };
}

/** Reads a variable. Throws an error that names it if it is missing or empty. */
export function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. This command runs in a GitHub workflow: see docs/plan-review.md.`);
  return value;
}
