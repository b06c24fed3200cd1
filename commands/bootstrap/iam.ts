import { GetRoleCommand, type IAMClient, type Role, type Tag } from "@aws-sdk/client-iam";
import { PREPARED_TAGS } from "../rights/trust";
import { type Look, orNothing } from "./piece";

/** The tags of what is made here, as IAM takes them. */
export const IAM_TAGS: Tag[] = Object.entries(PREPARED_TAGS).map(([Key, Value]) => ({ Key, Value }));

/** Tells by its tags whether something was made here. IAM sets tags together with the thing, so that nothing is half. */
export function isOurs(tags: readonly Tag[] | undefined): boolean {
  return (tags ?? []).some(({ Key, Value }) => Key === "ManagedBy" && Value === PREPARED_TAGS.ManagedBy);
}

export async function roleNamed(iam: IAMClient, RoleName: string): Promise<Role | undefined> {
  return (await orNothing(iam.send(new GetRoleCommand({ RoleName })), "NoSuchEntityException", "NoSuchEntity"))?.Role;
}

/** IAM writes documents as part of URLs. */
export function documentOf(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(decodeURIComponent(text));
}

/** Describes a piece that has one of our names and was made by somebody else. */
export const foreign = (note = "somebody else made it, so nothing is changed"): Look => ({
  state: "foreign",
  note,
  changes: [],
});
