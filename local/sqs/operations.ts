import { messageOperations } from "./message-operations";
import type { Operation } from "./operation";
import { queueOperations } from "./queue-operations";

/** The operations of SQS that are emulated. */
export const operations: Readonly<Record<string, Operation>> = { ...messageOperations, ...queueOperations };
