import { memoryStores } from "../support/doubles/stores";
import { favoriteStoreContract } from "./favorites-contract";

favoriteStoreContract("memory", async () => memoryStores(), 100);
