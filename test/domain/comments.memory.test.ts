import { memoryCommentStore } from "../../domain/comments.memory";
import { commentStoreContract } from "./comments-contract";

commentStoreContract("memory", async () => memoryCommentStore());
