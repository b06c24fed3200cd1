/**
 * Synthesizes stacks and constructs as a program does, but for the files: nothing is written, and no asset is copied.
 * What is written is for the tests that read cdktf.out/, which is made before them.
 */
import path from "node:path";
import { App, TerraformOutput, TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { stackNames } from "../../environments/names";
import { ApplicationStack } from "../../stacks/application-stack";
import type { Artifacts } from "../../stacks/constructs/code";
import { EnvironmentStack } from "../../stacks/environment-stack";
import { RepositoryStack } from "../../stacks/repository-stack";
import { artifacts, environment } from "./staging";

export { account, artifacts, environment } from "./staging";

/** The arguments of a resource, as Terraform reads them. */
export type Arguments = Readonly<Record<string, unknown>>;
/** A synthesized stack, without CDKTF's own comments. */
export interface StackJson {
  readonly terraform: { readonly backend: Readonly<Record<string, Arguments>>; readonly [name: string]: unknown };
  readonly provider: Readonly<Record<string, readonly Arguments[]>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly variable?: Readonly<Record<string, Arguments>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** An app makes its folders at once where they are missing; here they are there. */
const outdir = path.join(__dirname, "../../cdktf.out");

/** Every stack that `define` adds to the app, by name. */
function synthesize(define: (app: App) => void): Readonly<Record<string, StackJson>> {
  const app = new App({ outdir });
  define(app);
  const stacks = app.node.children.filter((child) => TerraformStack.isStack(child));
  for (const stack of stacks) stack.prepareStack();
  return Object.fromEntries(stacks.map((stack) => [stack.node.id, JSON.parse(Testing.synth(stack, true))]));
}

/** The two stacks of an environment. */
export function synthesizeEnvironment(of: Environment = environment, from: Artifacts = artifacts) {
  const { application, repository } = stackNames(of);
  const stacks = synthesize((app) => {
    new RepositoryStack(app, repository, { environment: of });
    new ApplicationStack(app, application, { environment: of, artifacts: from });
  });
  return { application: entry(stacks, application), repository: entry(stacks, repository) };
}

/** The value of a key that has to be there. */
export function entry<Value>(record: Readonly<Record<string, Value>>, key: string): Value {
  const value = record[key];
  if (value === undefined) throw new Error(`there is no ${key}, only ${Object.keys(record).join(", ")}`);
  return value;
}

/** A stack of staging that holds nothing but what `define` adds. */
export function synthesizeAlone(define: (stack: EnvironmentStack) => void, of: Environment = environment): StackJson {
  class Alone extends EnvironmentStack {
    constructor(app: App) {
      super(app, "alone", { environment: of });
      define(this);
    }
  }
  return entry(
    synthesize((app) => new Alone(app)),
    "alone",
  );
}

/** The resources of such a stack by address: `aws_iam_role.connect_role`. */
export function synthesizeConstruct(define: (scope: Construct) => void): Readonly<Record<string, Arguments>> {
  return resourcesOf(synthesizeAlone(define));
}

/** A value that `define` makes, as Terraform reads it: `${aws_lambda_function.api.arn}`. */
export function synthesizeValue(define: (scope: Construct) => unknown): unknown {
  const { output } = synthesizeAlone((stack) => {
    new TerraformOutput(stack, "value", { value: define(stack) });
  });
  return output?.value?.value;
}

/** Every resource of a stack by its address. */
export function resourcesOf({ resource = {} }: Partial<StackJson>): Readonly<Record<string, Arguments>> {
  return Object.fromEntries(
    Object.entries(resource).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, body]) => [`${type}.${name}`, body] as const),
    ),
  );
}

/** The resource types of a stack with how many there are of each: `5 aws_lambda_function`. */
export function typesOf({ resource }: StackJson): readonly string[] {
  return Object.entries(resource).map(([type, byName]) => `${Object.keys(byName).length} ${type}`);
}
