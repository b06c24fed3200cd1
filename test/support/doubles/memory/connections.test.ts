import { connectionStoreContract } from "../../contracts/connections";
import { memoryConnectionStore, memoryConnectionTally } from "./connections";

connectionStoreContract("memory", async () => {
  const tally = memoryConnectionTally();
  return { store: memoryConnectionStore(2, tally), tally };
});
