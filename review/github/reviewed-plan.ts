import type { Repository } from "./repository";

/** The place of the plan of a merged pull request. */
export interface PlanArtifact {
  readonly runId: number;
  readonly artifact: string;
}

/** A commit has no reviewed plan to apply, with the reason. This is an answer, not a fault. */
export class NoReviewedPlan extends Error {
  constructor(reason: string) {
    super(`${reason} Run the workflow "deploy" by hand: it plans anew, shows the review and asks before it applies.`);
    this.name = "NoReviewedPlan";
  }
}

/** The workflow that plans pull requests, by its file's name. */
const WORKFLOW = "plan.yml";

/**
 * Finds the plan that was reviewed in the pull request a commit came by.
 *
 * @throws NoReviewedPlan that says why there is none.
 */
export async function findReviewedPlan(
  { octokit, owner, repo }: Repository,
  { commit, environment }: { readonly commit: string; readonly environment: string },
): Promise<PlanArtifact> {
  const { data: pulls } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
    owner,
    repo,
    commit_sha: commit,
  });
  const pull = pulls.find(({ merge_commit_sha, merged_at }) => merged_at !== null && merge_commit_sha === commit);
  if (!pull) throw new NoReviewedPlan(`The commit ${commit.slice(0, 12)} did not come by a pull request.`);
  if (pull.head.repo?.full_name !== `${owner}/${repo}`)
    throw new NoReviewedPlan(`Pull request ${pull.number} came from a fork, which is never planned with credentials.`);
  const { data } = await octokit.rest.actions.listWorkflowRuns({
    owner,
    repo,
    workflow_id: WORKFLOW,
    head_sha: pull.head.sha,
    event: "pull_request",
    per_page: 100,
  });
  const [run] = data.workflow_runs.toSorted((one, other) => other.run_number - one.run_number);
  if (!run) throw new NoReviewedPlan(`Pull request ${pull.number} was not planned.`);
  if (run.conclusion !== "success")
    throw new NoReviewedPlan(`The plan of pull request ${pull.number} ended as "${run.conclusion ?? run.status}".`);
  const artifact = `plan-${environment}`;
  const artifacts = await octokit.paginate(octokit.rest.actions.listWorkflowRunArtifacts, {
    owner,
    repo,
    run_id: run.id,
    per_page: 100,
  });
  const kept = artifacts.find(({ name }) => name === artifact);
  if (!kept || kept.expired)
    throw new NoReviewedPlan(
      `The artifact ${artifact} of pull request ${pull.number} ${kept ? "has expired" : "does not exist"}.`,
    );
  return { runId: run.id, artifact };
}
