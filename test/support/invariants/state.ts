import { flatten } from "../flatten";
import type { Invariants } from "./invariant";

/** Rules about how a stack is planned, and about what its plan and its state may hold. */
export const state: Invariants = {
  "the state is encrypted, locked and in the environment's own account": ({ terraform }, { account, name }) => {
    const s3 = flatten(terraform.backend.s3);
    const wanted = { encrypt: "true", use_lockfile: "true", allowed_account_ids: JSON.stringify([account]) };
    return [
      ...Object.entries(wanted)
        .filter(([path, value]) => s3.get(path) !== value)
        .map(([path]) => `backend ${path}`),
      ...(s3.get("key")?.includes(`/${name}/`) ? [] : ["the state's key does not name the environment"]),
    ];
  },

  "the provider works in the environment's account and region only": ({ provider }, { account, region }) => {
    const aws = flatten(provider.aws);
    return aws.get("[0].allowed_account_ids") === JSON.stringify([account]) &&
      aws.get("[0].region") === JSON.stringify(region)
      ? []
      : ["the provider takes any account or another region"];
  },

  // 6.28.0 is the first that knows `invoked_via_function_url`, and up to 6.36 tables are planned wrongly.
  "the provider is exactly one, and new enough for Function URLs and tables": ({ terraform }) => {
    const version = String(flatten(terraform).get("required_providers.aws.version"));
    const [, minor] = /^"6[.](\d+)[.]\d+"$/.exec(version) ?? [];
    return minor !== undefined && Number(minor) > 36 ? [] : [`the provider is ${version}`];
  },

  // Terraform makes everything that such a resource depends on in that order too. Most names here are unique: AWS would
  // refuse the second table or function of one name, and the apply would stop half-way.
  "nothing is made before what it replaces is gone": (stack) =>
    [...flatten(stack.resource)]
      .filter(([path, value]) => path.endsWith(".lifecycle.create_before_destroy") && value === "true")
      .map(([path]) => path),

  // A data source makes a plan ask AWS, so that it works nowhere else and shows noise.
  "there is no data source": (stack) => Object.keys(stack.data ?? {}).map((type) => `data.${type}`),

  "there is no secret": (stack) =>
    [...flatten(stack)]
      .filter(
        ([path, value]) =>
          /(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN|eyJ[\w-]{20,}/.test(value) ||
          /\.(password|username|secret\w*|token|access_key)$/i.test(path),
      )
      .map(([path]) => path),

  "nothing tells of the machine it was made on": (stack) =>
    [...flatten(stack)]
      .filter(
        ([, value]) => value.includes(process.cwd()) || /"(\/home\/|\/Users\/|\/root\/|\/tmp\/|[A-Z]:\\\\)/.test(value),
      )
      .map(([path, value]) => `${path} is ${value}`),
};
