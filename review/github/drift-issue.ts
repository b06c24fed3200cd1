import { BOT, type Repository } from "./repository";

export interface Drift {
  readonly environment: string;
  /** The text about what drifted; undefined if nothing did. */
  readonly markdown: string | undefined;
}

const LABEL = "drift";

/** Keeps one open issue per environment that drifts: opens it, updates it, and closes it when all is as declared. */
export async function writeDriftIssue(
  { octokit, owner, repo }: Repository,
  { environment, markdown }: Drift,
): Promise<"opened" | "updated" | "closed" | "kept"> {
  const marker = `<!-- terrace-drift ${environment} -->`;
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    owner,
    repo,
    state: "open",
    labels: LABEL,
    per_page: 100,
  });
  const issue = issues.find(({ user, body }) => user?.login === BOT && body?.startsWith(marker));
  if (markdown === undefined) {
    if (!issue) return "kept";
    await octokit.rest.issues.createComment({
      owner,
      repo,
      issue_number: issue.number,
      body: "Everything is as declared again.",
    });
    await octokit.rest.issues.update({ owner, repo, issue_number: issue.number, state: "closed" });
    return "closed";
  }
  const body = `${marker}\n${markdown}`;
  if (!issue) {
    const title = `${environment} is not as declared`;
    await octokit.rest.issues.create({ owner, repo, title, body, labels: [LABEL] });
    return "opened";
  }
  if (issue.body === body) return "kept";
  await octokit.rest.issues.update({ owner, repo, issue_number: issue.number, body });
  return "updated";
}
