import { memoryStores } from "../support/doubles/stores";
import { postStoreContract } from "./posts-contract";

postStoreContract("memory", async () => memoryStores(), 100);
