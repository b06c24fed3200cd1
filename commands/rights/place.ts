import { environmentPrefix, guardedName, PREVIEW } from "../../environments/names";
import { partition } from "../../environments/region";
import { tagsOf } from "../../environments/tags";

/** Where rights are granted: the environment, of which everything is named and located after. */
export interface Place {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly deletionProtection: boolean;
}

/** Matches every physical name of an environment: `blogapp-staging-*`; of a preview those of all previews. */
export function namesOf(place: Place): string {
  return `${environmentPrefix({ name: guardedName(place) })}*`;
}

/** Returns an ARN in the environment's account and region. */
export function arn(place: Place, service: string, resource: string): string {
  return `arn:${partition(place.region).name}:${service}:${place.region}:${place.account}:${resource}`;
}

/** Returns an ARN of IAM's, which has no region. */
export function iamArn(place: Place, resource: string): string {
  return `arn:${partition(place.region).name}:iam::${place.account}:${resource}`;
}

/** The condition that a resource which has no name of its own bears the environment's tags. */
export function tagged(place: Place, key: "aws:ResourceTag" | "aws:RequestTag") {
  const { Project, Environment } = tagsOf({ name: place.name, tags: {} });
  if (place.name.startsWith(PREVIEW))
    return { StringLike: { [`${key}/Environment`]: `${PREVIEW}*`, [`${key}/Project`]: Project } };
  return { StringEquals: { [`${key}/Environment`]: Environment, [`${key}/Project`]: Project } };
}
