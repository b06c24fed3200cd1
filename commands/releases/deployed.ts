import { addressesIn } from "./bundle";
import type { Ledger } from "./ledger";
import { currentRelease, type Release } from "./release";

/**
 * Returns the resources of the release that is there, as `addressesIn` writes them: none if no deployment came to its end,
 * and undefined if nobody knows, because none was begun with these commands.
 */
export async function deployedResources(
  ledger: Ledger,
  releases: readonly Release[],
): Promise<ReadonlySet<string> | undefined> {
  if (releases.length === 0) return undefined;
  const bundle = currentRelease(releases)?.bundle;
  return bundle === undefined ? new Set() : addressesIn(await ledger.kept(bundle));
}
