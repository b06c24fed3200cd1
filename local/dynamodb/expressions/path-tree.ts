import { type Path, shownPath } from "./tree";

interface Node<T> {
  readonly names: Map<string, Node<T>>;
  readonly indexes: Map<number, Node<T>>;
  /** The content that was put at this very path. */
  content: T | undefined;
  /** The first path that was put here or below. */
  readonly example: Path;
}

/** A reason not to add a path: it contains another, is contained in it, or takes for a list what the other takes for a map. */
export interface Clash {
  readonly kind: "overlap" | "conflict";
  readonly message: string;
}

/** Paths with something at each, in the form of the items they lead through. */
export class PathTree<T> {
  readonly root: Node<T> = newNode<T>([]);

  /** Adds a path, unless it clashes with one that is there. */
  add(path: Path, content: T): Clash | undefined {
    let node = this.root;
    for (const part of path) {
      if (node.content !== undefined) return clash("overlap", "overlap", node.example, path);
      const others = typeof part === "number" ? node.names : node.indexes;
      if (node !== this.root && others.size > 0) return clash("conflict", "conflict", node.example, path);
      node = childOf(node, part, path);
    }
    if (node.content !== undefined || node.names.size > 0 || node.indexes.size > 0)
      return clash("overlap", "overlap", node.example, path);
    node.content = content;
    return undefined;
  }
}

export type PathNode<T> = Node<T>;

function newNode<T>(example: Path): Node<T> {
  return { names: new Map(), indexes: new Map(), content: undefined, example };
}

function childOf<T>(node: Node<T>, part: string | number, path: Path): Node<T> {
  const existing = typeof part === "number" ? node.indexes.get(part) : node.names.get(part);
  if (existing) return existing;
  const child = newNode<T>(path);
  if (typeof part === "number") node.indexes.set(part, child);
  else node.names.set(part, child);
  return child;
}

function clash(kind: Clash["kind"], verb: string, one: Path, two: Path): Clash {
  const paths = `path one: ${shownPath(one)}, path two: ${shownPath(two)}`;
  return {
    kind,
    message: `Two document paths ${verb} with each other; must remove or rewrite one of these paths; ${paths}`,
  };
}
