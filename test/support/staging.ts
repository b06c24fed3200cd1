/** What most tests of infrastructure are about: staging as an environment of an account, and what its functions are. */
import path from "node:path";
import type { Environment } from "../../environments/environment";
import { staging } from "../../environments/staging";
import type { Artifacts } from "../../stacks/constructs/code";

/** Bundles that never change, so that no snapshot changes with a handler. */
export const artifacts: Artifacts = { folder: path.join(__dirname, "fixtures/artifacts"), imageDigest: undefined };

/** Staging, in an account of its own: the literals in environments/ may hold the placeholder. */
export const account = "123456789012";
export const environment: Environment = { ...staging, account };
