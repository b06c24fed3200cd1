import { tagsOf } from "../../environments/tags";

/** Tells whether something bears the tags of an environment, by which what has no name of its own is known. */
export function isTagged(tags: Readonly<Record<string, string>> | undefined, { name }: { readonly name: string }) {
  const { Project, Environment } = tagsOf({ name, tags: {} });
  return tags?.Project === Project && tags.Environment === Environment;
}
