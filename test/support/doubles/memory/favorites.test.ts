import { favoriteStoreContract } from "../../contracts/favorites";
import { memoryStores } from "../stores";

favoriteStoreContract("memory", async () => memoryStores(), 100);
