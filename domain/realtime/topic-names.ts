import { isId } from "../shared/creation";
import { InvalidInput, Unauthenticated } from "../shared/errors";
import { describe } from "../shared/validation";
import { postTopic, type Topic, userTopic } from "./topics";

const POST_PREFIX = "post:";

/**
 * Returns the topic that a client means: `all`, `post:` and a post's id, or `own`, which is the client's user's.
 *
 * Whether there is such a post is not looked up: posts are for everyone to read, so that listening to one tells nobody
 * anything that is hidden, and one that is not there is silent.
 *
 * @throws InvalidInput for whatever else; Unauthenticated for `own` without a user
 */
export function topicNamed(name: string, uid: string | undefined): Topic {
  if (name === "all") return "all";
  if (name === "own") {
    if (uid === undefined) throw new Unauthenticated("Connect with a ticket to listen to what is your own.");
    return userTopic(uid);
  }
  const id = name.startsWith(POST_PREFIX) ? name.slice(POST_PREFIX.length) : "";
  if (isId(id)) return postTopic(id);
  throw new InvalidInput([{ field: "topic", received: describe(name), allowed: "all, own or post:<id of a post>" }]);
}
