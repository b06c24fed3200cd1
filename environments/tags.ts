import type { Environment } from "./environment";
import { project } from "./project";

/** The tags of everything in an environment: its own, and the three that say whose it is and what manages it. */
export function tagsOf(environment: Pick<Environment, "name" | "tags">) {
  return { ...environment.tags, Project: project.prefix, Environment: environment.name, ManagedBy: "Terraform" };
}
