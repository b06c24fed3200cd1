import type { Definition } from "../../local/definition/definition";
import type { Authorization, Grant } from "../../local/iam/policy";

const keyOf = ({ source, action, resource }: Grant) => `${source} ${action} ${resource}`;

/**
 * Returns, in one sentence each, the permissions of a definition that were granted and not used, and the uses that
 * were not granted. A second grant of what another one allows counts as not used.
 *
 * @param authorizations every decision that was made while the platform did all that it does
 */
export function excess(
  { functions }: Pick<Definition, "functions">,
  authorizations: readonly Authorization[],
): { readonly neverUsed: readonly string[]; readonly notGranted: readonly string[] } {
  const used = new Set(authorizations.flatMap(({ grant }) => (grant ? [keyOf(grant)] : [])));
  const neverUsed = functions.flatMap(({ name, grants }) =>
    grants
      .filter((grant) => !used.has(keyOf(grant)))
      .map(
        ({ source, action, resource }) =>
          `${source} grants ${action} on ${resource} for ${name}, and no behaviour uses it: ` +
          "delete it, or write the behaviour that needs it.",
      ),
  );
  const notGranted = authorizations
    .filter(({ grant }) => grant === undefined)
    .map(({ function: name, action, resource }) => `${name} lacks ${action} on ${resource}.`);
  return { neverUsed, notGranted: [...new Set(notGranted)] };
}
