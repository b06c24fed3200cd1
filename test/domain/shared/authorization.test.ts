import { describe, expect, test } from "@jest/globals";
import { issueTicket } from "../../../domain/admission/tickets";
import {
  createComment,
  deleteComment,
  listComments,
  readComment,
  updateComment,
} from "../../../domain/comments/comments";
import { deletePost } from "../../../domain/deletion/deletion";
import { addFavorite, listFavorites, removeFavorite } from "../../../domain/favorites/favorites";
import { createPost, listPosts, readPost, updatePost } from "../../../domain/posts/posts";
import { createConnectionCounter } from "../../../domain/realtime/connection-count";
import { Forbidden, Unauthenticated } from "../../../domain/shared/errors";
import { commentOf, postId, postOf } from "../../support/doubles/examples";
import { recordingLog } from "../../support/doubles/log";
import { memoryConnectionTally } from "../../support/doubles/memory/connections";
import { memoryTicketStore } from "../../support/doubles/memory/tickets";
import { idOf } from "../../support/doubles/services";
import { memoryStores } from "../../support/doubles/stores";

const post = postOf(1, { author_id: "author" });
const comment = commentOf(1, { author_id: "reader" });

const user = (uid: string) => ({ uid, anonymous: false });
const callers = {
  nobody: undefined,
  "an anonymous sign-in": { uid: "passer-by", anonymous: true },
  // Firebase keeps the uid when an anonymous account is upgraded, never the other way round; it must not matter.
  "an anonymous sign-in with the author's uid": { uid: "author", anonymous: true },
  "another user": user("other"),
  "the comment's author": user("reader"),
  "the post's author": user("author"),
};
type Who = keyof typeof callers;
type Caller = (typeof callers)[Who];

async function services() {
  const stores = memoryStores();
  await stores.posts.create(post, "request");
  await stores.comments.create(comment, "request");
  const tally = memoryConnectionTally();
  const now = () => new Date(0);
  const rest = { tickets: memoryTicketStore(), log: recordingLog() };
  return { ...stores, ...rest, tally, now, newId: () => idOf(900) };
}
type Services = Awaited<ReturnType<typeof services>>;

const input = { title: "New", content: "New" };
const actions: Record<string, (given: Services, caller: Caller) => Promise<unknown>> = {
  "list posts": (given, caller) => listPosts(given, caller, 10),
  "read the post": (given, caller) => readPost(given, caller, post.id),
  "create a post": (given, caller) => createPost(given, caller, input),
  "update the post": (given, caller) => updatePost(given, caller, post.id, input),
  "delete the post": (given, caller) => deletePost(given, caller, post.id),
  "list comments": (given, caller) => listComments(given, caller, post.id, 10),
  "read the comment": (given, caller) => readComment(given, caller, comment.id),
  "create a comment": (given, caller) => createComment(given, caller, post.id, { content: "New" }, "request"),
  "update the comment": (given, caller) => updateComment(given, caller, comment.id, { content: "New" }),
  "delete the comment": (given, caller) => deleteComment(given, caller, comment.id),
  "add a favorite": (given, caller) => addFavorite(given, caller, post.id),
  "remove a favorite": (given, caller) => removeFavorite(given, caller, post.id),
  "list favorites": (given, caller) => listFavorites(given, caller, 10),
  "count connections": (given, caller) => createConnectionCounter(given)(caller),
  "issue a ticket": (given, caller) => issueTicket(given, caller),
};

/** The outcome of each action for the callers in the order above: yes, 401 (Unauthenticated) or 403 (Forbidden). */
const matrix: Record<string, string> = {
  "list posts": "yes yes yes yes yes yes",
  "read the post": "yes yes yes yes yes yes",
  "create a post": "401 403 403 yes yes yes",
  "update the post": "401 403 403 403 403 yes",
  "delete the post": "401 403 403 403 403 yes",
  "list comments": "yes yes yes yes yes yes",
  "read the comment": "yes yes yes yes yes yes",
  "create a comment": "401 403 403 yes yes yes",
  "update the comment": "401 403 403 403 yes 403",
  "delete the comment": "401 403 403 403 yes yes",
  "add a favorite": "401 403 403 yes yes yes",
  "remove a favorite": "401 403 403 yes yes yes",
  "list favorites": "401 yes yes yes yes yes",
  "count connections": "yes yes yes yes yes yes",
  "issue a ticket": "401 yes yes yes yes yes",
};

const cells = Object.entries(actions).flatMap(([action, act]) =>
  Object.entries(callers).map(([who, caller], column) => ({
    action,
    act,
    who,
    caller,
    answer: matrix[action]?.split(" ")[column],
  })),
);

test.each(cells)("may $who $action: $answer", async ({ act, caller, answer }) => {
  const given = await services();
  const outcome = await act(given, caller).then(
    () => "yes",
    (error: unknown) => (error instanceof Unauthenticated ? "401" : error instanceof Forbidden ? "403" : String(error)),
  );
  expect(outcome).toBe(answer);
  if (answer === "yes") return;
  // A refused call changes nothing.
  expect(await given.posts.get(post.id)).toEqual(post);
  expect((await given.posts.newest(10)).items).toHaveLength(1);
  expect((await given.comments.newestOf(post.id, 10)).items).toEqual([comment]);
});

describe("a caller who may not change anything", () => {
  const missing: Record<string, (given: Services, caller: Caller) => Promise<unknown>> = {
    "update a post": (given, caller) => updatePost(given, caller, postId(404), input),
    "delete a post": (given, caller) => deletePost(given, caller, postId(404)),
    "update a comment": (given, caller) => updateComment(given, caller, idOf(404), { content: "New" }),
    "delete a comment": (given, caller) => deleteComment(given, caller, idOf(404)),
  };
  test.each(Object.entries(missing))("is told so before it is looked for: %s", async (_, act) => {
    const given = await services();
    await expect(act(given, undefined)).rejects.toThrow(Unauthenticated);
    await expect(act(given, callers["an anonymous sign-in"])).rejects.toThrow(Forbidden);
    await expect(act(given, user("other"))).rejects.toThrow("with this id");
  });
});
