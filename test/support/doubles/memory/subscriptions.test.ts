import { subscriptionStoreContract } from "../../contracts/subscriptions";
import { memoryConnectionStore, memoryConnectionTally } from "./connections";
import { memorySubscriptionStore } from "./subscriptions";

subscriptionStoreContract("memory", async () => {
  const [rows, tally] = [new Map(), memoryConnectionTally()];
  return {
    store: memorySubscriptionStore(rows, tally, 2),
    arrivals: memoryConnectionStore(tally, rows),
    tally,
  };
});
