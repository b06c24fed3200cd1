import { invalid } from "../errors";
import { type AttributeValue, attribute, copyOf, type Item, typeOf } from "../values/attribute-value";
import { calculate } from "../values/decimal";
import { valueAt } from "./evaluate";
import { type PathNode, PathTree } from "./path-tree";
import type { Action, Assigned, Operand } from "./tree";

/** Turns the value at a path into another, or into undefined if it is removed. */
type Change = (value: AttributeValue | undefined) => AttributeValue | undefined;

/**
 * The item that the actions make of one. Every operand is of the item as it was. Throws a DynamoDbError, in AWS's
 * words, for an action that the item does not allow.
 */
export function updated(item: Item, actions: readonly Action[]): Item {
  const changes = new PathTree<Change>();
  for (const action of actions) changes.add(action.path, changeOf(action, item));
  return changedMap(item, changes.root);
}

function changeOf(action: Action, item: Item): Change {
  switch (action.kind) {
    case "set": {
      const value = assigned(action.value, item);
      return () => value;
    }
    case "remove":
      return () => undefined;
    case "add":
      return (value) => sum(value, action.value);
    default:
      return (value) => difference(value, action.value);
  }
}

function changedMap(map: Item, { names, indexes }: PathNode<Change>): Item {
  if (indexes.size > 0) throw invalidPath();
  const changed = copyOf(map);
  for (const [name, node] of names) {
    const value = changedValue(attribute(map, name), node);
    if (value === undefined) delete changed[name];
    else changed[name] = value;
  }
  return changed;
}

function changedValue(value: AttributeValue | undefined, node: PathNode<Change>): AttributeValue | undefined {
  if (node.content) return node.content(value);
  if (value && "M" in value) return { M: changedMap(value.M, node) };
  if (value && "L" in value) return { L: changedList(value.L, node) };
  throw invalidPath();
}

/** Indexes count as the list was: what is set beyond its end is put there in order, and removals close up at last. */
function changedList(list: readonly AttributeValue[], { names, indexes }: PathNode<Change>): AttributeValue[] {
  if (names.size > 0) throw invalidPath();
  const changed: (AttributeValue | undefined)[] = [...list];
  for (const index of [...indexes.keys()].sort((a, b) => a - b)) {
    const value = changedValue(list[index], indexes.get(index) as PathNode<Change>);
    if (index < list.length) changed[index] = value;
    else changed.push(value);
  }
  return changed.filter((value) => value !== undefined);
}

function assigned(value: Assigned, item: Item): AttributeValue {
  if (value.kind !== "sum") return operandIn(item, value);
  const [left, right] = [operandIn(item, value.left), operandIn(item, value.right)];
  if (!("N" in left) || !("N" in right)) throw wrongType();
  return { N: calculate(left.N, value.operator, right.N) };
}

function operandIn(item: Item, operand: Operand): AttributeValue {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "path") {
    const value = valueAt(item, operand.path);
    if (value === undefined)
      throw invalid("The provided expression refers to an attribute that does not exist in the item");
    return value;
  }
  const [first, second] = operand.operands as [Operand, Operand];
  if (operand.name === "if_not_exists")
    return (first.kind === "path" ? valueAt(item, first.path) : undefined) ?? operandIn(item, second);
  const [head, tail] = [operandIn(item, first), operandIn(item, second)];
  if (!("L" in head) || !("L" in tail)) throw wrongType();
  return { L: [...head.L, ...tail.L] };
}

type SetType = "SS" | "NS" | "BS";
const setOf = (value: AttributeValue): readonly [SetType, readonly string[]] | undefined =>
  "SS" in value ? ["SS", value.SS] : "NS" in value ? ["NS", value.NS] : "BS" in value ? ["BS", value.BS] : undefined;

function asSet(type: SetType, members: readonly string[]): AttributeValue {
  if (type === "SS") return { SS: members };
  return type === "NS" ? { NS: members } : { BS: members };
}

/** Does ADD: returns a sum of numbers or a union of sets. */
function sum(value: AttributeValue | undefined, added: AttributeValue): AttributeValue {
  if (value === undefined) return added;
  if ("N" in added && "N" in value) return { N: calculate(value.N, "+", added.N) };
  // Only the older AttributeUpdates can add to a list.
  if ("L" in added && "L" in value) return { L: [...value.L, ...added.L] };
  const [set, more] = [setOf(value), setOf(added)];
  if (!set || !more || set[0] !== more[0]) throw wrongType();
  return asSet(set[0], [...new Set([...set[1], ...more[1]])]);
}

/** Does DELETE: returns what is left of a set; undefined if nothing is left, as there are no empty sets. */
function difference(value: AttributeValue | undefined, removed: AttributeValue): AttributeValue | undefined {
  if (value === undefined) return undefined;
  const [set, less] = [setOf(value), setOf(removed)];
  if (!set || !less || typeOf(value) !== typeOf(removed)) throw wrongType();
  const gone = new Set(less[1]);
  const left = set[1].filter((member) => !gone.has(member));
  return left.length === 0 ? undefined : asSet(set[0], left);
}

const wrongType = () => invalid("An operand in the update expression has an incorrect data type");
const invalidPath = () => invalid("The document path provided in the update expression is invalid for update");
