import type { Engine } from "../engine";
import { accessDenied, invalid, notFound } from "../errors";
import { list, structure, text } from "../requests/shape";
import type { Table } from "../schema/table";
import { tag } from "../tables/shapes";
import { withTags } from "../tables/tags";
import { operation } from "./operation";

export const tagResource = operation(
  structure("TagResourceInput", { ResourceArn: text(), Tags: list(tag) }),
  async ({ ResourceArn, Tags = [] }, engine) => {
    const arn = checkedArn(ResourceArn, "TagResource", engine);
    if (Tags.length === 0) throw invalid("Atleast one Tag needs to be provided as Input.");
    await change(engine, arn, "TagResource", (tags) => withTags(tags, Tags));
    return {};
  },
);

export const untagResource = operation(
  structure("UntagResourceInput", { ResourceArn: text(), TagKeys: list(text({ min: 1, max: 128 })) }),
  async ({ ResourceArn, TagKeys = [] }, engine) => {
    const arn = checkedArn(ResourceArn, "UntagResource", engine);
    if (TagKeys.length === 0) throw invalid("Atleast one Tag Key needs to be provided as Input.");
    await change(engine, arn, "UntagResource", (tags) => {
      for (const key of TagKeys) tags.delete(key);
      return tags;
    });
    return {};
  },
);

export const listTagsOfResource = operation(
  structure("ListTagsOfResourceInput", { ResourceArn: text(), NextToken: text() }),
  ({ ResourceArn }, engine) => {
    const table = tableOf(engine, checkedArn(ResourceArn, "ListTagsOfResource", engine), "ListTagsOfResource");
    return { Tags: Object.entries(table.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
);

/** The ARN, if it is one. Throws a DynamoDbError in AWS's words, which depend on how far it is from being one. */
function checkedArn(arn: string | undefined, action: string, engine: Engine): string {
  if (arn === undefined) throw invalid("Invalid TableArn");
  const [, , , , , resource] = arn.split(":");
  if (action === "ListTagsOfResource" && !resource?.includes("/")) throw denied(arn, action, engine);
  if (!/^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[a-zA-Z0-9_.-]{3,255}$/.test(arn))
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  return arn;
}

/** The table of an ARN. Throws a DynamoDbError if there is none, or if it is of an account or Region that is not here. */
function tableOf(engine: Engine, arn: string, action: string): Table {
  const table = engine.catalog.byArn(arn);
  if (table) return table;
  const { partition, region, account } = engine.place;
  if (!arn.startsWith(`arn:${partition}:dynamodb:${region}:${account}:`)) throw denied(arn, action, engine);
  throw notFound(`Requested resource not found: ResourcArn: ${arn} not found`);
}

const denied = (arn: string, action: string, { place }: Engine) =>
  accessDenied(
    `User: arn:${place.partition}:iam::${place.account}:user/developer is not authorized to perform: ` +
      `dynamodb:${action} on resource: ${arn || "*"}`,
  );

function change(
  engine: Engine,
  arn: string,
  action: string,
  update: (tags: Map<string, string>) => Map<string, string>,
): Promise<void> {
  return engine.writer.run((transaction) => {
    const table = engine.catalog.toChange(transaction, tableOf(engine, arn, action).name);
    const tags = update(new Map(Object.entries(table.tags)));
    engine.catalog.replace(transaction, { ...table, tags: Object.fromEntries(tags) });
  });
}
