import { createHmac, type KeyObject } from "node:crypto";
import type { Log } from "../../runtime/log";

/** Gives the key of this month, which no other use has. */
interface Keys {
  current(): Promise<{ readonly key: KeyObject }>;
}

/**
 * Creates the function that hides the address that a connection comes from behind a hash. Connections from one address
 * have the same hash for a month, and in another environment another.
 *
 * The hash is keyed, because there are so few addresses that whoever has a bare hash finds the address by trying them
 * all; and the key is KMS's, because a salt beside the hashes would be found with them. An outage of KMS keeps nobody
 * from connecting: the hash is left out then.
 */
export function createSourceHash(keys: Keys, log: Log) {
  return async (address: string): Promise<string | undefined> => {
    try {
      const { key } = await keys.current();
      return createHmac("sha256", key).update(address).digest("hex").slice(0, 32);
    } catch (error) {
      log.warn("The source of a connection could not be hashed", { error });
      return undefined;
    }
  };
}
