import { access } from "./access.mjs";
import { functions } from "./functions.mjs";
import { gateways } from "./gateways.mjs";
import { keysLogsImages } from "./keys-logs-images.mjs";
import { tables } from "./tables.mjs";

export const edits = [...tables, ...keysLogsImages, ...gateways, ...functions, ...access];
