import { PLACEHOLDER_ACCOUNT } from "../../environments/account";
import type { Environment } from "../../environments/environment";
import { RUNTIME_ENDS } from "../../environments/runtimes";
import { type Diagnosis, fine, warning, wrong } from "./diagnosis";

const DAY = 24 * 60 * 60 * 1000;
/** How long before Lambda stops patching a runtime somebody should know. */
const NOTICE_DAYS = 180;

/** Names that are kept for examples: nobody's site is there. https://www.rfc-editor.org/rfc/rfc2606 */
const EXAMPLE = /[./]example([.](com|net|org))?(:\d+)?$/;

/**
 * Looks at what an environment says of itself: what a fresh clone has in place of your own, and what ends.
 *
 * @param now - in epoch milliseconds.
 */
export function diagnoseDefinition(environment: Environment, now: number): readonly Diagnosis[] {
  const { name, account, cors, firebaseProjectId, runtime } = environment;
  const file = `environments/${name}.ts`;
  return [
    account === PLACEHOLDER_ACCOUNT
      ? wrong(
          `${name}.account`,
          `is the placeholder ${account}`,
          `put your account id into ${file}, or set TERRACE_ACCOUNT_ID`,
        )
      : fine(`${name}.account`, `is ${account}`),
    // The schema refuses the regions that are known to have none.
    fine(`${name}.region`, `is ${environment.region}, and has Function URLs as far as is known`),
    ...cors.allowedOrigins
      .filter((origin) => EXAMPLE.test(origin))
      .map((origin) =>
        warning(`${name}.cors.allowedOrigins`, `has the placeholder ${origin}`, `put your site's origin into ${file}`),
      ),
    ...(cors.allowedOrigins.length === 0
      ? [warning(`${name}.cors.allowedOrigins`, "is empty: no browser's page can call the API", `see ${file}`)]
      : []),
    ...(firebaseProjectId.startsWith("blogapp-")
      ? [
          warning(
            `${name}.firebaseProjectId`,
            `is ${firebaseProjectId}, as in a fresh clone`,
            `put your Firebase project into ${file}, or nobody of yours can sign in`,
          ),
        ]
      : []),
    runtimeEnd(name, runtime, now),
    // The image brings its own Node.js, of the base's tag.
    runtimeEnd(`${name}: API image`, "nodejs24.x", now, "image/bases.ts"),
  ];
}

function runtimeEnd(name: string, runtime: Environment["runtime"], now: number, file?: string): Diagnosis {
  const end = RUNTIME_ENDS[runtime];
  const days = Math.floor((Date.parse(end) - now) / DAY);
  const subject = file === undefined ? `${name}.runtime` : name;
  const says = days < 0 ? `${runtime} has not been patched since ${end}` : `${runtime} is patched until ${end}`;
  if (days > NOTICE_DAYS) return fine(subject, says);
  return warning(subject, says, `choose a later one in ${file ?? "the environment"}`);
}
