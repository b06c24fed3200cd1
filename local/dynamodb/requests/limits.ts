import type { Json, JsonObject } from "../../shared/json";
import { invalid } from "../errors";
import type { Description, StructureDescription, TextLimits } from "./shape";

/** AWS names this many violations and no more. */
const MOST = 10;
/** The number of elements or members of a value that are quoted. */
const MOST_SHOWN = 100;
const MOST_CHARACTERS = 2000;

/**
 * Checks that a request of the right types keeps the limits of its shape. Throws the ValidationException in which AWS
 * lists what does not.
 */
export function checkLimits(request: JsonObject, shape: StructureDescription): void {
  const found: string[] = aloneViolations(request, shape);
  if (found.length === 0) memberViolations(request, shape, "", found);
  if (found.length === 0) return;
  const shown = found.slice(0, MOST);
  throw invalid(`${shown.length} validation error${shown.length > 1 ? "s" : ""} detected: ${shown.join("; ")}`);
}

function aloneViolations(request: JsonObject, { members }: StructureDescription): string[] {
  const found: string[] = [];
  for (const name in members) {
    const shape = members[name]?.shape;
    const value = request[name];
    if (shape?.type !== "String" || !shape.alone || typeof value !== "string") continue;
    if (lengthViolations(value.length, shape).length > 0) violations(value, shape, parameterName(name), found);
  }
  return found.slice(0, 1);
}

const parameterName = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function memberViolations(value: JsonObject, { members }: StructureDescription, path: string, found: string[]): void {
  for (const name in members) {
    const { shape, required } = members[name] as StructureDescription["members"][string];
    const newer = "newer" in shape && shape.newer;
    const at = path + (newer ? name : parameterName(name));
    const member = value[name];
    if (member !== undefined) violations(member, shape, at, found);
    else if (required) found.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
  }
}

function violations(value: Json, shape: Description, at: string, found: string[]): void {
  const violated = (constraint: string) => {
    const quoted = "newer" in shape && shape.newer ? "" : ` '${shown(value, shape)}'`;
    found.push(`Value${quoted} at '${at}' failed to satisfy constraint: Member must ${constraint}`);
  };
  if (found.length >= MOST) return;
  switch (shape.type) {
    case "String": {
      const text = String(value);
      if (shape.values && !shape.values.includes(text))
        violated(`satisfy enum value set: [${shape.values.join(", ")}]`);
      for (const constraint of textViolations(text, shape)) violated(constraint);
      return;
    }
    case "Integer":
    case "Long":
    case "Double":
      if (shape.min !== undefined && Number(value) < shape.min)
        violated(`have value greater than or equal to ${shape.min}`);
      if (shape.max !== undefined && Number(value) > shape.max)
        violated(`have value less than or equal to ${shape.max}`);
      return;
    case "List": {
      const elements = value as readonly Json[];
      for (const constraint of lengthViolations(elements.length, shape)) violated(constraint);
      elements.forEach((element, index) => {
        violations(element, shape.of, `${at}.${index + 1}.member`, found);
      });
      return;
    }
    case "Map": {
      const members = value as JsonObject;
      const keys = Object.keys(members);
      for (const constraint of lengthViolations(keys.length, shape)) violated(constraint);
      const limits = shape.keys;
      if (limits && keys.some((key) => textViolations(key, limits).length > 0))
        found.push(
          `Value '${shown(value, shape)}' at '${at}' failed to satisfy constraint: ` +
            `Map keys must satisfy constraint: [${allConstraints(limits).join(", ")}]`,
        );
      const { lengths } = shape;
      if (lengths && keys.some((key) => lengthViolations((members[key] as readonly Json[]).length, lengths).length > 0))
        found.push(
          `Value '${shown(value, shape)}' at '${at}' failed to satisfy constraint: ` +
            `Map value must satisfy constraint: [${allConstraints(lengths).join(", ")}]`,
        );
      // Values have no limits here: they are read later.
      if (shape.of.type === "AttributeValue") return;
      for (const key of keys) violations(members[key] as Json, shape.of, `${at}.${key}.member`, found);
      return;
    }
    case "Structure":
      memberViolations(value as JsonObject, shape, `${at}.`, found);
  }
}

function textViolations(text: string, limits: TextLimits): string[] {
  const violations = lengthViolations(text.length, limits);
  const { pattern } = limits;
  if (pattern !== undefined && text !== "" && !whole(pattern).test(text))
    violations.push(`satisfy regular expression pattern: ${pattern}`);
  return violations;
}

const expressions = new Map<string, RegExp>();

/** The expression that the whole text has to match. */
function whole(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known) return known;
  const expression = new RegExp(`^(?:${pattern})$`);
  expressions.set(pattern, expression);
  return expression;
}

function lengthViolations(length: number, { min = 0, max = Number.POSITIVE_INFINITY }: TextLimits): string[] {
  if (length < min) return [`have length greater than or equal to ${min}`];
  return length > max ? [`have length less than or equal to ${max}`] : [];
}

function allConstraints({ min, max, pattern }: TextLimits): string[] {
  return [
    ...(max === undefined ? [] : [`Member must have length less than or equal to ${max}`]),
    ...(min === undefined ? [] : [`Member must have length greater than or equal to ${min}`]),
    ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`]),
  ];
}

/** A value as errors quote it, in Java's manner; cut off where nobody reads on. */
function shown(value: Json, shape: Description): string {
  if (shape.type === "List") {
    const elements = (value as readonly Json[]).slice(0, MOST_SHOWN);
    return `[${cut(elements.map((element) => shown(element, shape.of)).join(", "))}]`;
  }
  if (shape.type === "Map") {
    const entries = Object.entries(value as JsonObject).slice(0, MOST_SHOWN);
    return `{${cut(entries.map(([key, member]) => `${key}=${shown(member, shape.of)}`).join(", "))}}`;
  }
  if (shape.type === "Structure") {
    const members = Object.entries(value as JsonObject).map(([name, member]) => {
      const of = shape.members[name]?.shape;
      return `${parameterName(name)}=${of ? shown(member, of) : String(member)}`;
    });
    return `${shape.java}(${cut(members.join(", "))})`;
  }
  return shape.type === "AttributeValue" ? cut(JSON.stringify(value)) : cut(String(value));
}

const cut = (text: string) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text);
