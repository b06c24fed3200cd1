import { access } from "./access/access";
import { attachments } from "./access/attachments";
import { cors } from "./access/cors";
import { permissions } from "./access/permissions";
import { variables } from "./access/variables";
import { guards } from "./losses/guards";
import { images } from "./losses/images";
import { indexes } from "./losses/indexes";
import { losses } from "./losses/losses";
import { region } from "./losses/region";
import { renames } from "./losses/renames";
import { takenNames } from "./losses/taken-names";
import { timeToLive } from "./losses/time-to-live";
import type { Rule } from "./rule";
import { alarms } from "./settings/alarms";
import { cost } from "./settings/cost";
import { functions } from "./settings/functions";
import { gatewayDeployments } from "./settings/gateway-deployments";
import { gateways } from "./settings/gateways";
import { protection } from "./settings/protection";
import { retention } from "./settings/retention";
import { throttling } from "./settings/throttling";
import { bookkeeping } from "./whole/bookkeeping";
import { drift } from "./whole/drift";
import { incomplete } from "./whole/incomplete";
import { unexplained } from "./whole/unexplained";

const judging: readonly Rule[] = [
  incomplete,
  region,
  renames,
  losses,
  takenNames,
  timeToLive,
  indexes,
  protection,
  guards,
  retention,
  access,
  attachments,
  permissions,
  cors,
  variables,
  gateways,
  gatewayDeployments,
  throttling,
  functions,
  images,
  alarms,
  cost,
  drift,
  bookkeeping,
];

/** Every rule, in the order in which its findings are told. */
export const rules: readonly Rule[] = [...judging, unexplained(judging)];
