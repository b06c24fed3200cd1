import type { Repository } from "./repository";

/**
 * Makes sure that a person let this run into an environment. GitHub asks only where the environment has required
 * reviewers; without any, it starts the job at once, and nobody would notice.
 *
 * @returns who approved.
 * @throws Error if somebody refused, or if nobody was asked.
 */
export async function requireApproval(
  { octokit, owner, repo }: Repository,
  { runId, environment }: { readonly runId: number; readonly environment: string },
): Promise<string> {
  const { data: answers } = await octokit.rest.actions.getReviewsForRun({ owner, repo, run_id: runId });
  const own = answers.filter(({ environments }) => environments.some(({ name }) => name === environment));
  const refusal = own.find(({ state }) => state === "rejected");
  if (refusal) throw new Error(`${refusal.user.login} refused the deployment to ${environment}.`);
  const approval = own.find(({ state }) => state === "approved");
  if (!approval)
    throw new Error(
      `Nobody approved the deployment to ${environment}. Give the environment required reviewers, in the repository's settings.`,
    );
  return approval.user.login;
}
