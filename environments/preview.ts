import { development } from "./development";
import type { Environment } from "./environment";
import { PREVIEW } from "./names";

/** The environment of a preview, such as `preview-17`: development under another name, in development's account. */
function previewNamed(name: string): Environment {
  return { ...development, name, deletionProtection: false };
}

/**
 * Returns the environments with the preview of a name, if it is the name of one.
 *
 * @param name - the variable TERRACE_PREVIEW, or what a command was given; anything but `preview-…` adds none
 */
export function withPreview(environments: readonly Environment[], name: string | undefined): readonly Environment[] {
  return name?.startsWith(PREVIEW) ? [...environments, previewNamed(name)] : environments;
}
