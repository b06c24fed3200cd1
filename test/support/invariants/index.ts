import { alarms } from "./alarms";
import { background } from "./background";
import { data } from "./data";
import { functions } from "./functions";
import { gateways } from "./gateways";
import type { Invariants } from "./invariant";
import { permissions } from "./permissions";
import { state } from "./state";

/** What is true of every stack of every environment. */
export const invariants: Invariants = {
  ...functions,
  ...permissions,
  ...gateways,
  ...data,
  ...state,
  ...alarms,
  ...background,
};
