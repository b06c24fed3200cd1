import { memoryStores } from "../support/doubles/stores";
import { commentStoreContract } from "./comments-contract";

commentStoreContract("memory", async () => memoryStores(), 100);
