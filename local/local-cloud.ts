import type { LocalCloudOptions } from "./options";
import { type Services, STOP_ORDER, type Started, startServices } from "./services";

/** A running local cloud. */
export interface LocalCloud extends Services {
  /** Stops everything. Sockets are closed with 1001; every write is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts everything in the definition that has a meaning on one machine. Several local clouds can run at once, on other
 * ports and data.
 *
 * @throws StartError for a missing build, a definition that cannot be emulated, a scenario of faults with mistakes, a
 * port or data folder in use and a damaged data folder. Nothing is left running then.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const started: Started = {};
  const stop = async () => {
    for (const name of STOP_ORDER) {
      const service = started[name];
      delete started[name];
      await service?.stop();
    }
  };
  try {
    return { ...(await startServices(options, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
