import { memoryConnectionStore } from "../../domain/connections.memory";
import { connectionStoreContract } from "./connections-contract";

connectionStoreContract("memory", async () => memoryConnectionStore(2));
