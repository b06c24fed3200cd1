import { postStoreContract } from "../../contracts/posts";
import { memoryStores } from "../stores";

postStoreContract("memory", async () => memoryStores(), 100);
