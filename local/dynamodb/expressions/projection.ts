import { type AttributeValue, attribute, emptyItem, type Item } from "../values/attribute-value";
import { Parser } from "./parser";
import { type PathNode, PathTree } from "./path-tree";
import type { Path } from "./tree";

/** The parts of an item that a reader wants. */
export type Projection = PathTree<true>;

/** Parses projection expressions. */
export class ProjectionParser extends Parser {
  /** Throws a DynamoDbError, in AWS's words, if the expression is wrong. */
  parse(): Projection {
    const paths = new PathTree<true>();
    do {
      const clash = paths.add(this.path(), true);
      if (clash) this.mistake(clash.kind, clash.message);
    } while (this.accept(","));
    if (this.next.kind !== "end") throw this.syntaxError();
    const message = this.firstMistake(["reserved", "name", "overlap", "conflict"]);
    if (message !== undefined) throw this.error(message);
    return paths;
  }
}

/** Makes a projection of paths that do not clash. */
export function projectionOf(paths: readonly Path[]): Projection {
  const tree = new PathTree<true>();
  for (const path of paths) tree.add(path, true);
  return tree;
}

/** The parts of an item that a projection asks for. Of a list come the elements asked for, without gaps. */
export function project(item: Item, { root }: Projection): Item {
  const projected = emptyItem();
  for (const [name, node] of root.names) {
    const part = partOf(attribute(item, name), node);
    if (part !== undefined) projected[name] = part;
  }
  return projected;
}

function partOf(value: AttributeValue | undefined, node: PathNode<true>): AttributeValue | undefined {
  if (value === undefined || node.content) return value;
  if ("M" in value && node.names.size > 0) {
    const map = project(value.M, { root: node } as Projection);
    return Object.keys(map).length > 0 ? { M: map } : undefined;
  }
  if ("L" in value && node.indexes.size > 0) {
    const list: AttributeValue[] = [];
    for (const index of [...node.indexes.keys()].sort((a, b) => a - b)) {
      const part = partOf(value.L[index], node.indexes.get(index) as PathNode<true>);
      if (part !== undefined) list.push(part);
    }
    return list.length > 0 ? { L: list } : undefined;
  }
  return undefined;
}

/** The paths that a projection asks for. */
export function pathsOf({ root }: Projection): Path[] {
  const paths: Path[] = [];
  const collect = (node: PathNode<true>): void => {
    if (node.content) paths.push(node.example);
    for (const child of [...node.names.values(), ...node.indexes.values()]) collect(child);
  };
  collect(root);
  return paths;
}

/** The attributes at the top of an item that a projection touches. */
export const topNames = ({ root }: Projection) => [...root.names.keys()];
