import * as z from "zod/mini";
import { createLog } from "../runtime/log";
import { commonVariables, readVariables } from "../runtime/variables";
import { senderServices, senderVariables } from "./shared/delivery";
import { deliveryWorker } from "./shared/delivery-worker";

/** The name of the file, its bundle, its function and the service in its log. */
export const name = "deliver-segments";

/** The variables that the function reads at its start. */
export const variables = z.object({ ...commonVariables, ...senderVariables });

const environment = readVariables(variables);

/**
 * Delivers messages to the parts of their subscribers that the queue of deliveries holds.
 *
 * Lambda calls this with one task or more, and with a task more than once. Those that fail come back when their
 * visibility timeout is over, and in the end become dead letters.
 *
 * @throws SendingForbidden, so that the function counts as failed and its alarm goes off: nothing can be delivered then
 */
export const handler = deliveryWorker(senderServices(environment, createLog(name, environment)));
