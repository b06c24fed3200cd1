import { connectionStoreContract } from "../../contracts/connections";
import { memoryConnectionStore } from "./connections";

connectionStoreContract("memory", async () => memoryConnectionStore(2));
