import { commentStoreContract } from "../../contracts/comments";
import { memoryStores } from "../stores";

commentStoreContract("memory", async () => memoryStores(), 100);
