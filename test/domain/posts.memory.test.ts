import { memoryPostStore } from "../../domain/posts.memory";
import { postStoreContract } from "./posts-contract";

postStoreContract("memory", async () => memoryPostStore());
