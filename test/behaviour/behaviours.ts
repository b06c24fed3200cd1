import { api } from "./api";
import { delivering } from "./delivering";
import { listening } from "./listening";
import { rows } from "./rows";
import { writing } from "./writing";

/** Everything that is true of every platform, by subject. */
export const behaviours = { api, writing, listening, delivering, rows };
