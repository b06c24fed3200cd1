import fs from "node:fs";
import path from "node:path";

/** The file that the local cloud starts from: the synthesized stack of `development`. */
export const FILE = path.resolve(__dirname, "../../../cdktf.out/stacks/development/cdk.tf.json");

/** A stack in Terraform's JSON syntax, as far as the tests change it. */
export interface Stack {
  resource: Record<string, Record<string, Record<string, unknown>>>;
  [part: string]: unknown;
}

/** A copy of the synthesized stack, to be changed at will. */
export function synthesized(): Stack {
  const stack: Stack = JSON.parse(fs.readFileSync(FILE, "utf8"));
  return stack;
}

/** The first resource of a type whose values say `text` somewhere; its name in the definition is free to change. */
export function resourceOf({ resource }: Stack, type: string, text = ""): Record<string, unknown> {
  const found = Object.values(resource[type] ?? {}).find((values) => JSON.stringify(values).includes(text));
  if (!found) throw new Error(`The synthesized stack has no ${type} that says ${text}.`);
  return found;
}
