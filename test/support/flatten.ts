/**
 * One notation for what is in a stack: a line for each value, `aws_lambda_function.api.memory_size = 512`. Policies and
 * other JSON inside of strings are opened up. Two stacks differ where their lines do.
 */

export type Lines = ReadonlyMap<string, string>;

/** Every value of a JSON document by its path. A list of plain values is one value. */
export function flatten(value: unknown, path = ""): Lines {
  const lines = new Map<string, string>();
  const add = (value: unknown, path: string): void => {
    const opened = open(value);
    const isPlain =
      typeof opened !== "object" ||
      opened === null ||
      (Array.isArray(opened) && opened.every((item) => typeof open(item) !== "object"));
    if (isPlain) lines.set(path, JSON.stringify(opened));
    else
      for (const [key, item] of Object.entries(opened))
        add(item, Array.isArray(opened) ? `${path}[${key}]` : `${path}${path && "."}${key}`);
  };
  add(value, path);
  return lines;
}

function open(value: unknown): unknown {
  return typeof value === "string" && /^[{[].*[}\]]$/s.test(value) ? JSON.parse(value) : value;
}

/** The lines of a stack, sorted, without the words that open every one of them. */
export function linesOf({ resource = {}, ...rest }: { readonly resource?: unknown }): Lines {
  return new Map([...flatten(rest), ...flatten(resource)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As text, for a snapshot. */
export function text(lines: Lines): string {
  return [...lines].map(([path, value]) => `${path} = ${value}`).join("\n");
}

/** Where `other` is not like `base`, as `path: value -> value`, but for the environments' names. */
export function difference(base: Lines, baseName: string, other: Lines, otherName: string): readonly string[] {
  const before = generalized(base, baseName);
  const after = generalized(other, otherName);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort()
    .map((path) => `${path}: ${before.get(path) ?? "nothing"} -> ${after.get(path) ?? "nothing"}`);
}

/** Lines in which the environment's name is `<environment>`: that everything is called after it is no difference. */
export function generalized(lines: Lines, name: string): Lines {
  return new Map(
    [...lines].map((line) => line.map((part) => part.replaceAll(name, "<environment>")) as [string, string]),
  );
}
