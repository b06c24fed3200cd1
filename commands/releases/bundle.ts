import fs from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { type Clone, DEFINITION, type Stack } from "../clone/stacks";

// A bundle is what Terraform needs to deploy a release again: the definition of each stack, its zip files and its lock
// file. It is a gzip file of JSON, sorted, so that the same release makes the same bytes.

const bundleSchema = z.record(z.string(), z.record(z.string(), z.base64()));

const definition = z.looseObject({ resource: z.record(z.string(), z.record(z.string(), z.unknown())).optional() });

/** What Terraform and CDKTF make in a stack's folder, which is no part of a release. */
const MADE = /^(\.terraform\/|tfplan$|terraform\.tfstate|errored\.tfstate$|plan$)/;

/** Packs the folders of synthesized stacks. */
export function packStacks(stacks: readonly Stack[]): Buffer {
  const folders = stacks.map(({ name, folder }) => {
    const files = fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .filter((file) => !MADE.test(file))
      .sort();
    return [name, Object.fromEntries(files.map((file) => [file, fs.readFileSync(path.join(folder, file), "base64")]))];
  });
  return gzipSync(JSON.stringify(Object.fromEntries(folders)), { level: 9 });
}

/** Returns the addresses of every resource in packed stacks, such as `staging: aws_sqs_queue.deletions`. */
export function addressesIn(bytes: Buffer): ReadonlySet<string> {
  const stacks = bundleSchema.parse(JSON.parse(gunzipSync(bytes).toString("utf8")));
  const addresses = Object.entries(stacks).flatMap(([stack, files]) => {
    const text = Buffer.from(files[DEFINITION] ?? "", "base64").toString("utf8");
    const { resource = {} } = definition.parse(JSON.parse(text));
    return Object.entries(resource).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `${stack}: ${type}.${name}`),
    );
  });
  return new Set(addresses);
}

/**
 * Unpacks stacks into a folder, each into `stacks/<name>`, and returns them in their order, for a clone's Terraform.
 *
 * @throws Error if these are not packed stacks, or a file would leave the folder
 */
export function unpackStacks(bytes: Buffer, folder: string, { terraform }: Pick<Clone, "terraform">): Stack[] {
  const stacks = bundleSchema.parse(JSON.parse(gunzipSync(bytes).toString("utf8")));
  return Object.entries(stacks).map(([name, files]) => {
    const own = path.join(folder, "stacks", name);
    if (path.dirname(own) !== path.join(folder, "stacks") || !(DEFINITION in files))
      throw new Error(`The kept release holds no stack ${name}.`);
    for (const [file, content] of Object.entries(files)) {
      const target = path.resolve(own, file);
      if (!target.startsWith(`${path.resolve(own)}${path.sep}`)) throw new Error(`The kept file "${file}" is outside.`);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, Buffer.from(content, "base64"));
    }
    return { name, folder: own, terraform };
  });
}
