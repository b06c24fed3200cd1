import {
  DescribeKeyCommand,
  type KMSClient,
  ListResourceTagsCommand,
  paginateListAliases,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import { type Find, found, several } from "./finding";
import { isTagged } from "./tags";

/** Looks for keys, which AWS gives made-up ids: by their alias, and if the alias was not made yet by their tags. */
export function keyFinders(client: KMSClient): Readonly<Record<string, Find>> {
  return {
    aws_kms_alias: async (sought) => {
      const name = sought.text("name");
      return name !== undefined && (await targetOf(name)) !== undefined ? found(name) : undefined;
    },
    aws_kms_key: async (sought, place) => {
      for (const alias of sought.referring("aws_kms_alias", "target_key_id")) {
        const target = await targetOf(alias.text("name") ?? "");
        if (target !== undefined) return found(target);
      }
      const own: string[] = [];
      for await (const { Keys = [] } of paginateListKeys({ client }, {}))
        for (const { KeyId } of Keys)
          if (KeyId !== undefined && (await isOurs(KeyId, sought.text("description"), place))) own.push(KeyId);
      const [key, ...others] = own;
      if (key !== undefined && others.length > 0) throw several(`signing key of ${place.name}`, own);
      return key === undefined ? undefined : found(key);
    },
  };

  async function targetOf(name: string): Promise<string | undefined> {
    for await (const { Aliases = [] } of paginateListAliases({ client }, {}))
      for (const { AliasName, TargetKeyId } of Aliases) if (AliasName === name) return TargetKeyId;
    return undefined;
  }

  /** Tells whether a key is the environment's. One that waits for its deletion is given up. */
  async function isOurs(KeyId: string, description: string | undefined, place: { readonly name: string }) {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyManager !== "CUSTOMER" || KeyMetadata.KeyState !== "Enabled") return false;
    if (KeyMetadata.Description !== description) return false;
    const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }));
    return isTagged(Object.fromEntries(Tags.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])), place);
  }
}
