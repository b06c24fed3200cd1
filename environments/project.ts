/** Names the project, and nothing else does: the prefix starts every physical name. */
export const project = { prefix: "blogapp" } as const;

/** The committed lock file of Terraform's providers, which `terrace lock` writes. */
export const PROVIDER_LOCK = "stacks/terraform/providers.lock.hcl";
