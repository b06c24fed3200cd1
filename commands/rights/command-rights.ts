import { PREVIEW } from "../../environments/names";
import { arn, namesOf, type Place } from "./place";
import type { Statement } from "./policy-document";

/**
 * What our commands do besides Terraform: `deploy` broadcasts a comment to see whether the environment works, and
 * `destroy` and `restore` read and write every item, where nothing is protected from deletion.
 */
export function commandRights(place: Place): readonly Statement[] {
  const stage = place.name.startsWith(PREVIEW) ? `${PREVIEW}*` : place.name;
  const tables = arn(place, "dynamodb", `table/${namesOf(place)}`);
  return [
    { actions: ["execute-api:Invoke"], resources: [arn(place, "execute-api", `*/${stage}/POST/broadcast/comments`)] },
    { actions: place.deletionProtection ? [] : ["dynamodb:PutItem", "dynamodb:Scan"], resources: [tables] },
  ];
}
