import { isList, isObject, type Value } from "./value";

interface SensitivePlan {
  readonly resource_changes?: readonly { readonly change: Marked }[] | undefined;
  readonly resource_drift?: readonly { readonly change: Marked }[] | undefined;
  readonly output_changes?: Readonly<Record<string, Value>> | undefined;
  readonly variables?: Readonly<Record<string, { readonly value?: Value }>> | undefined;
  readonly configuration?:
    | {
        readonly root_module?:
          | { readonly variables?: Readonly<Record<string, { readonly sensitive?: boolean | undefined }>> | undefined }
          | undefined;
      }
    | undefined;
}
interface Marked {
  readonly before?: Value;
  readonly after?: Value;
  readonly before_sensitive?: Value;
  readonly after_sensitive?: Value;
}

/** Shorter texts occur in everything, so that masking them would only make the report unreadable. */
const SHORTEST = 4;

/**
 * Collects every text that the plan marks as sensitive. The plan holds them in clear, and the mark stays on the marked
 * path while the value may be copied to others, so a report has to mask the values wherever they are.
 */
export function sensitiveTexts(plan: SensitivePlan): Set<string> {
  const found = new Set<string>();
  const collect = (value: Value, mark: Value): void => {
    if (mark === true) for (const text of texts(value)) found.add(text);
    else if (isList(value) && isList(mark)) for (const [index, item] of value.entries()) collect(item, mark[index]);
    else if (isObject(value) && isObject(mark)) for (const name of Object.keys(mark)) collect(value[name], mark[name]);
  };
  const outputs = Object.values(plan.output_changes ?? {}).filter(isObject);
  const changes = [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])].map(({ change }) => change);
  for (const change of [...changes, ...(outputs as readonly Marked[])]) {
    collect(change.before, change.before_sensitive);
    collect(change.after, change.after_sensitive);
  }
  for (const [name, { sensitive }] of Object.entries(plan.configuration?.root_module?.variables ?? {}))
    if (sensitive) collect(plan.variables?.[name]?.value, true);
  return found;
}

function texts(value: Value): string[] {
  if (typeof value === "string") return value.length >= SHORTEST ? [value] : [];
  if (isList(value)) return value.flatMap(texts);
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}
