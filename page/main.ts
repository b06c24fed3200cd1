/** The page at `/` of the local cloud: signs in as anyone, writes, and shows what others write as it comes. */
import { type Change, type Comment, listen, type Post, type State } from "../client/index";
import { find, messageOf, onSubmit } from "./elements";
import { tellNews } from "./news";
import { Posts } from "./posts";
import { type Addresses, Session } from "./session";

const STATES: Readonly<Record<State, string>> = {
  connecting: "Connecting …",
  open: "Live",
  waiting: "Offline, trying again …",
  paused: "Paused",
  closed: "Closed",
};

const addresses: Addresses = await (await fetch("/page/addresses.json")).json();
const session = new Session(addresses);
const posts = new Posts(session);
let ending = new AbortController();

/** Starts anew for the one who is signed in now. */
function begin(): void {
  ending.abort();
  ending = new AbortController();
  const { name } = session;
  find("form", "#sign-in").hidden = name !== undefined;
  find("p", "#signed-in").hidden = name === undefined;
  find("strong", "#who").textContent = name ?? "";
  find("form", "#write").inert = name === undefined;
  find("h2", "#write-title").textContent = name === undefined ? "Sign in to write a post" : "Write a post";

  const listening = listen({
    url: addresses.websocket,
    api: addresses.api,
    token: () => session.idToken(),
    signal: ending.signal,
  });
  const showState = (state: State) => {
    const shown = find("p", "#state");
    shown.textContent = STATES[state];
    shown.dataset.state = state;
  };
  showState(listening.state);
  listening.on("state", showState);
  listening.on("caught-up", ({ items }) => {
    for (const item of items) show(item);
  });
  // The news of a deletion names the title, so this comes before the listeners that take the thing off the page.
  listening.on("event", (event) => {
    const text = "version" in event ? newsOf(event) : `Broadcast of ${event.type}: ${JSON.stringify(event.data)}`;
    if (text !== undefined) tellNews(text);
  });
  for (const type of ["post.created", "post.changed", "comment.created", "comment.changed"] as const)
    listening.on(type, ({ data }) => show(data));
  listening.on("post.deleted", ({ data }) => posts.remove(data.id));
  listening.on("comment.deleted", ({ data }) => posts.removeComment(data.id));
  listening.on("favorites.changed", ({ post_id, data }) => posts.showFavorites(post_id, data.favorites));
  listening.on("refused", ({ topic, message }) => tellNews(`You cannot listen to ${topic}: ${message}`));
  posts.begin(listening).catch((error: unknown) => tellNews(`Your favorites are not known: ${messageOf(error)}`));
}

function show(item: Post | Comment): void {
  if ("post_id" in item) posts.showComment(item);
  else posts.show(item);
}

/** Says what happened in one sentence; nothing for what is seen anyway. */
function newsOf({ type, data, post_id }: Change): string | undefined {
  const who = "author_id" in data ? (data.author_id === session.name ? "You" : data.author_id) : "";
  const post = posts.title(post_id);
  const on = post === undefined ? "a post" : `“${post}”`;
  switch (type) {
    case "post.created":
      return `${who} published “${data.title}”`;
    case "post.changed":
      return `${who} changed “${data.title}”`;
    case "post.deleted":
      return post === undefined ? "A post was deleted" : `“${post}” was deleted`;
    case "comment.created":
      return `${who} commented on ${on}: ${data.content}`;
    case "comment.changed":
      return `${who} changed a comment on ${on}`;
    case "comment.deleted":
      return `A comment on ${on} was deleted`;
    default:
      return undefined;
  }
}

onSubmit(find("form", "#sign-in"), async (fields) => {
  await session.signIn(String(fields.get("name")));
  begin();
  find("input", "#title").focus();
});
find("button", "#sign-out").addEventListener("click", () => {
  session.signOut();
  begin();
  find("input", "#name").focus();
});
onSubmit(find("form", "#write"), (fields) =>
  session.ask("POST", "/posts", { title: fields.get("title"), content: fields.get("content") }),
);
begin();
