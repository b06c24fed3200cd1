import { development } from "./development";
import type { Environment } from "./environment";
import { production } from "./production";
import { staging } from "./staging";

/** Every environment there is; a new one is its own file and one line here. */
export const environments: readonly Environment[] = [development, staging, production];
