import { z } from "zod";
import { environmentPrefix } from "../../environments/names";

const definition = z.looseObject({
  resource: z
    .looseObject({ aws_dynamodb_table: z.record(z.string(), z.looseObject({ name: z.string() })).default({}) })
    .default({ aws_dynamodb_table: {} }),
});

/**
 * Returns what finds the table of an environment that takes an exported one, by the end of its name:
 * `blogapp-production-posts` goes to `blogapp-staging-posts`. Undefined if there is none.
 *
 * @param stacks - the environment's stacks, synthesized
 */
export function targetsIn(
  environment: Parameters<typeof environmentPrefix>[0],
  stacks: readonly unknown[],
): (exported: string) => string | undefined {
  const prefix = environmentPrefix(environment);
  const names = stacks.flatMap((stack) =>
    Object.values(definition.parse(stack).resource.aws_dynamodb_table).map(({ name }) => name),
  );
  return (exported) =>
    names
      .filter((name) => exported.endsWith(`-${name.slice(prefix.length)}`))
      // Of several names the longest is meant: `post-comments` ends with `comments`, too.
      .reduce<string | undefined>((best, name) => (best && best.length >= name.length ? best : name), undefined);
}
