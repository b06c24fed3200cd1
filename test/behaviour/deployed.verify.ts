/** The behaviours of a deployed platform: `npm run verify`, which says in TERRACE_VERIFY where the platform is. */
import { registerBehaviours } from "./behaviour";
import { behaviours } from "./behaviours";
import { deployed } from "./deployed";
import type { Addresses, Need } from "./platform";

const target: Addresses & { readonly lacking: readonly Need[] } = JSON.parse(process.env.TERRACE_VERIFY ?? "");
const platform = deployed(target, process.env);

registerBehaviours(behaviours, () => platform, target.lacking);
