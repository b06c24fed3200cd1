import type { Engine } from "../engine";
import { accessDenied, invalid, invalidParameters, notFound } from "../errors";
import { list, required, structure, text } from "../requests/shape";
import { tag } from "../tables/shapes";
import type { Table } from "../tables/table";
import { operation } from "./operation";

const MOST_TAGS = 50;
const arn = text({ min: 1, max: 1283 });

export const tagResource = operation(
  structure("TagResourceInput", { ResourceArn: required(arn), Tags: required(list(tag)) }),
  async ({ ResourceArn, Tags }, engine) => {
    if (Tags.length === 0) throw invalidParameters("Atleast one Tag needs to be provided as Input");
    await change(engine, ResourceArn, (tags) => {
      for (const { Key, Value } of Tags) tags.set(Key, Value);
      if (tags.size > MOST_TAGS) throw invalidParameters(`Too many tags: a table can have ${MOST_TAGS}`);
    });
    return {};
  },
);

export const untagResource = operation(
  structure("UntagResourceInput", { ResourceArn: required(arn), TagKeys: required(list(text({ min: 1, max: 128 }))) }),
  async ({ ResourceArn, TagKeys }, engine) => {
    if (TagKeys.length === 0) throw invalidParameters("Atleast one Tag Key needs to be provided as Input");
    await change(engine, ResourceArn, (tags) => {
      for (const key of TagKeys) tags.delete(key);
    });
    return {};
  },
);

export const listTagsOfResource = operation(
  structure("ListTagsOfResourceInput", { ResourceArn: text(), NextToken: text() }),
  ({ ResourceArn }, engine) => {
    if (ResourceArn === undefined) throw invalid("Invalid TableArn");
    // What is not of this account and Region AWS does not look for.
    const { partition, region, account } = engine.place;
    if (
      !ResourceArn.startsWith(`arn:${partition}:dynamodb:${region}:${account}:`) &&
      ResourceArn.split(":").length !== 6
    )
      throw denied(ResourceArn);
    checkArn(ResourceArn);
    const table = engine.catalog.byArn(ResourceArn);
    if (table) return { Tags: Object.entries(table.tags).map(([Key, Value]) => ({ Key, Value })) };
    if (!ResourceArn.startsWith(`arn:${partition}:dynamodb:${region}:${account}:table/`)) throw denied(ResourceArn);
    throw notFound(`Requested resource not found: ResourcArn: ${ResourceArn} not found`);
  },
);

const denied = (resourceArn: string) =>
  accessDenied(
    `User is not authorized to perform: dynamodb:ListTagsOfResource on resource: ${resourceArn} because no ` +
      "resource-based policy allows the dynamodb:ListTagsOfResource action",
  );

function change(engine: Engine, resourceArn: string, update: (tags: Map<string, string>) => void): Promise<void> {
  checkArn(resourceArn);
  return engine.writer.run((transaction) => {
    const found: Table | undefined = engine.catalog.byArn(resourceArn);
    if (!found) throw notFound(`Requested resource not found: ResourcArn: ${resourceArn} not found`);
    const table = engine.catalog.toChange(transaction, found.name);
    const tags = new Map(Object.entries(table.tags));
    update(tags);
    engine.catalog.replace(transaction, { ...table, tags: Object.fromEntries(tags) });
  });
}

function checkArn(resourceArn: string): void {
  if (!/^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[^/]+/.test(resourceArn))
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`);
}
