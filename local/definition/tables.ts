import { StartError } from "../shared/errors";
import type { Block } from "./block";
import type { KeySchema, StreamViewType, TableDefinition } from "./model";
import type { Terraform } from "./terraform";

/** Reads the tables of the definition. */
export function readTables(terraform: Terraform): TableDefinition[] {
  return terraform.all("aws_dynamodb_table").map((table) => {
    // Without one a table has provisioned capacity.
    table.oneOf("billing_mode", ["PAY_PER_REQUEST"]);
    const attributes = Object.fromEntries(
      table.blocks("attribute").map((attribute) => [attribute.text("name"), attribute.oneOf("type", ["S", "N", "B"])]),
    );
    const key = keyOf(table, attributes);
    const indexes = table.blocks("global_secondary_index").map((index) => ({
      name: index.text("name"),
      key: keyOf(index, attributes),
      projection: index.oneOf("projection_type", ["ALL", "KEYS_ONLY", "INCLUDE"]),
      nonKeyAttributes: index.texts("non_key_attributes"),
    }));
    const used = [key, ...indexes.map((index) => index.key)].flatMap(({ hash, range }) => [hash, range]);
    const unused = Object.keys(attributes).find((name) => !used.includes(name));
    if (unused !== undefined)
      throw new StartError(`${table.address}: the attribute "${unused}" is part of no key: Terraform refuses that.`);
    const ttl = table.block("ttl");
    return {
      name: table.text("name"),
      arn: terraform.computed(table, "arn"),
      key,
      attributes,
      indexes,
      timeToLive: ttl?.flag("enabled", false) ? ttl.text("attribute_name") : undefined,
      stream: streamOf(table),
    };
  });
}

function streamOf(table: Block): StreamViewType | undefined {
  if (table.flag("stream_enabled", false))
    return table.oneOf("stream_view_type", ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]);
  if (table.has("stream_view_type") && table.text("stream_view_type") !== "")
    throw new StartError(
      `${table.address}: stream_view_type is set, but stream_enabled is not true: AWS refuses that.`,
    );
  return undefined;
}

function keyOf(block: Block, attributes: Readonly<Record<string, string>>): KeySchema {
  const key = { hash: block.text("hash_key"), range: block.has("range_key") ? block.text("range_key") : undefined };
  for (const name of [key.hash, key.range])
    if (name !== undefined && attributes[name] === undefined)
      throw new StartError(`${block.address}: the key "${name}" is not among the table's attributes.`);
  return key;
}
