import { invalid, invalidParameters } from "../errors";
import { ConditionParser } from "../expressions/condition-parser";
import type { ExpressionKind } from "../expressions/parser";
import type { Placeholders } from "../expressions/placeholders";
import { type Projection, ProjectionParser, projectionOf } from "../expressions/projection";
import type { Condition } from "../expressions/tree";
import { checkName } from "../values/limits";
import { attributeValue, list, map, text } from "./shape";

/** The parameters that stand for names and values in expressions. */
export const placeholders = {
  ExpressionAttributeNames: map(text(), "java.lang.String"),
  ExpressionAttributeValues: map(attributeValue, "AttributeValue"),
};
export const attributesToGet = list(text(), { min: 1, max: 255 });

/** Checks that a request uses expressions or their predecessors, and placeholders only with expressions. */
export function checkMixture(
  request: Readonly<Record<string, unknown>>,
  expressions: readonly ExpressionKind[],
  predecessors: readonly string[],
): void {
  const given = (names: readonly string[]) => names.filter((name) => request[name] !== undefined);
  const used = given(expressions);
  const old = given(predecessors);
  if (used.length > 0 && old.length > 0)
    throw invalid(
      "Can not use both expression and non-expression parameters in the same request: " +
        `Non-expression parameters: {${old.join(", ")}} Expression parameters: {${used.join(", ")}}`,
    );
  if (request.ExpressionAttributeNames !== undefined && used.length === 0)
    throw invalid("ExpressionAttributeNames can only be specified when using expressions");
  const withValues = expressions.filter((name) => name !== "ProjectionExpression");
  if (request.ExpressionAttributeValues !== undefined && withValues.length > 0 && given(withValues).length === 0)
    throw invalid(
      "ExpressionAttributeValues can only be specified when using expressions: " +
        `${withValues.join(" and ")} ${withValues.length > 1 ? "are" : "is"} null`,
    );
}

/** Checks that ConditionalOperator is there to combine something. */
export function checkConditionalOperator(operator: string | undefined, conditions: object | undefined): void {
  if (operator === undefined) return;
  if (conditions === undefined)
    throw invalidParameters("ConditionalOperator cannot be used without Filter or Expected");
  if (Object.keys(conditions).length < 2)
    throw invalidParameters("ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

/** Parses a condition, if there is one. */
export function readCondition(
  kind: ExpressionKind,
  expression: string | undefined,
  given: Placeholders,
): Condition | undefined {
  return expression === undefined ? undefined : new ConditionParser(kind, expression, given).parse();
}

/** Parses a projection, or takes the names of AttributesToGet for one; undefined for the whole item. */
export function readProjection(
  { ProjectionExpression, AttributesToGet }: ProjectionRequest,
  given: Placeholders,
): Projection | undefined {
  if (ProjectionExpression !== undefined)
    return new ProjectionParser("ProjectionExpression", ProjectionExpression, given).parse();
  checkAttributesToGet(AttributesToGet);
  return AttributesToGet && projectionOf(AttributesToGet.map((name) => [name]));
}

/** Checks that no attribute is asked for twice. */
export function checkAttributesToGet(names: readonly string[] = []): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw invalidParameters(`Duplicate value in attribute name: ${name}`);
    checkName(name);
    seen.add(name);
  }
}

interface ProjectionRequest {
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}
