import type { Comment, Listening, Post, Topic } from "../client/index";
import { find, fromTemplate, messageOf, onSubmit } from "./elements";
import { tellNews } from "./news";
import type { Session } from "./session";

/** The posts that the page shows, newest first, each with its comments once somebody looks at them. */
export class Posts {
  private readonly list = find("ol", "#posts");
  private readonly shown = new Map<string, { readonly post: Post; readonly item: HTMLLIElement }>();
  private readonly favorites = new Set<string>();
  private readonly open = new Set<Topic>();
  private listening: Listening | undefined;

  constructor(private readonly session: Session) {}

  /** Shows the posts to the one who is signed in now, from the beginning. */
  async begin(listening: Listening): Promise<void> {
    this.listening = listening;
    this.list.replaceChildren();
    this.shown.clear();
    this.open.clear();
    this.favorites.clear();
    if (this.session.name === undefined) return;
    const { items } = (await this.session.ask("GET", "/favorites?limit=100")) as { items: { post: Post }[] };
    for (const { post } of items) this.favorites.add(post.id);
    for (const { post } of this.shown.values()) this.show(post);
  }

  /** Returns the title of a post; nothing if it is not shown. */
  title(id: string): string | undefined {
    return this.shown.get(id)?.post.title;
  }

  /** Shows a post as it is now. */
  show(post: Post): void {
    const item = this.shown.get(post.id)?.item ?? this.make(post);
    this.shown.set(post.id, { post, item });
    find("h3", "", item).textContent = post.title;
    find("p", ".by", item).textContent = byline(post);
    find("p", ".text", item).textContent = post.content;
    this.showFavorites(post.id, post.favorite_count);
    this.showNone();
  }

  showFavorites(id: string, favorites: number): void {
    const { post, item } = this.shown.get(id) ?? {};
    if (!post || !item) return;
    this.shown.set(id, { post: { ...post, favorite_count: favorites }, item });
    const button = find("button", ".favorite", item);
    button.textContent = `★ ${favorites}`;
    button.ariaLabel = `Favorite, of ${favorites}`;
    button.ariaPressed = String(this.favorites.has(id));
    button.disabled = this.session.name === undefined;
  }

  remove(id: string): void {
    this.shown.get(id)?.item.remove();
    this.shown.delete(id);
    this.listening?.unsubscribe(`post:${id}`);
    this.showNone();
  }

  /** Shows a comment as it is now, if its post's comments are looked at. */
  showComment(comment: Comment): void {
    const { post, item } = this.shown.get(comment.post_id) ?? {};
    if (!post || !item || !this.open.has(`post:${post.id}`)) return;
    const list = find("ol", ".comments", item);
    const before = [...list.children].find(
      (shown) => shown instanceof HTMLLIElement && shown.dataset.id === comment.id,
    );
    const line = before instanceof HTMLLIElement ? before : fromTemplate("comment");
    line.dataset.id = comment.id;
    line.dataset.at = comment.created_at;
    find("p", ".by", line).textContent = byline(comment);
    find("p", ".text", line).textContent = comment.content;
    if (before) return;
    const { name } = this.session;
    const remove = find("button", ".delete", line);
    remove.hidden = name === undefined || (name !== comment.author_id && name !== post.author_id);
    remove.addEventListener("click", () => this.try("DELETE", `/comments/${comment.id}`));
    insertByTime(list, line, (one, other) => one > other);
  }

  removeComment(id: string): void {
    for (const line of this.list.querySelectorAll<HTMLElement>(".comments > li"))
      if (line.dataset.id === id) line.remove();
  }

  private make({ id, author_id, created_at }: Post): HTMLLIElement {
    const { session } = this;
    const item = fromTemplate("post");
    item.dataset.at = created_at;
    const remove = find("button", ".delete", item);
    remove.hidden = session.name !== author_id;
    remove.addEventListener("click", () => this.try("DELETE", `/posts/${id}`));
    find("button", ".favorite", item).addEventListener("click", () => void this.toggleFavorite(id));
    const details = find("details", "", item);
    details.addEventListener("toggle", () => {
      const topic = `post:${id}` as const;
      if (details.open) this.open.add(topic);
      else this.open.delete(topic);
      if (details.open) this.listening?.subscribe(topic);
      else this.listening?.unsubscribe(topic);
    });
    const form = find("form", "", item);
    form.hidden = session.name === undefined;
    onSubmit(form, (fields) => session.ask("POST", `/posts/${id}/comments`, { content: fields.get("content") }));
    insertByTime(this.list, item, (one, other) => one < other);
    return item;
  }

  private async toggleFavorite(id: string): Promise<void> {
    const isFavorite = this.favorites.has(id);
    if (!(await this.try(isFavorite ? "DELETE" : "PUT", `/posts/${id}/favorite`))) return;
    if (isFavorite) this.favorites.delete(id);
    else this.favorites.add(id);
    const count = this.shown.get(id)?.post.favorite_count;
    if (count !== undefined) this.showFavorites(id, count);
  }

  /** Asks the API for something that has no form to show an error in. Returns whether it was done. */
  private async try(method: string, path: string): Promise<boolean> {
    try {
      await this.session.ask(method, path);
      return true;
    } catch (error) {
      tellNews(`That did not work: ${messageOf(error)}`);
      return false;
    }
  }

  private showNone(): void {
    find("p", "#none").hidden = this.shown.size > 0;
  }
}

/** Puts an item before the first one that comes after it by its time. */
function insertByTime(list: HTMLElement, item: HTMLElement, comesAfter: (one: string, other: string) => boolean): void {
  const at = item.dataset.at ?? "";
  const next = [...list.children].find(
    (other) => other instanceof HTMLElement && comesAfter(other.dataset.at ?? "", at),
  );
  list.insertBefore(item, next ?? null);
}

const byline = ({ author_id, created_at, version }: Post | Comment): string =>
  `${author_id}, ${new Date(created_at).toLocaleString()}${version > 1 ? ", changed" : ""}`;
