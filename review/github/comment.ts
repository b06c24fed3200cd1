import { BOT, type Repository } from "./repository";

/** A workflow run, by its number and how often it was tried. */
interface Run {
  readonly number: number;
  readonly attempt: number;
}

export interface ReviewComment {
  readonly pull: number;
  readonly environment: string;
  readonly markdown: string;
  readonly run: Run;
}

/**
 * Writes an environment's review into its one comment on a pull request. It is found again by a marker that only counts
 * in a comment of the workflow's own; anybody can write the marker. A newer run's comment is left alone: two runs may
 * end in another order than they began.
 *
 * @returns what was done.
 */
export async function writeComment(
  { octokit, owner, repo }: Repository,
  { pull, environment, markdown, run }: ReviewComment,
): Promise<"created" | "updated" | "kept"> {
  const start = `<!-- terrace-review ${environment} `;
  const body = `${start}run=${run.number}.${run.attempt} -->\n${markdown}`;
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pull,
    per_page: 100,
  });
  const own = comments.filter((comment) => comment.user?.login === BOT && comment.body?.startsWith(start));
  const [last, ...doubles] = own.toReversed();
  // Two first runs at once each make one.
  for (const { id } of doubles) await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id });
  if (!last) {
    await octokit.rest.issues.createComment({ owner, repo, issue_number: pull, body });
    return "created";
  }
  if (isNewer(runOf(last.body ?? ""), run)) return "kept";
  await octokit.rest.issues.updateComment({ owner, repo, comment_id: last.id, body });
  return "updated";
}

function runOf(body: string): Run {
  const [, number = "0", attempt = "0"] = /run=(\d+)\.(\d+) -->/.exec(body) ?? [];
  return { number: Number(number), attempt: Number(attempt) };
}

function isNewer(one: Run, other: Run): boolean {
  return one.number > other.number || (one.number === other.number && one.attempt > other.attempt);
}
