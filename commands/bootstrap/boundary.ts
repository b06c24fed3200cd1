import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
} from "@aws-sdk/client-iam";
import { boundaryArn, guardName } from "../../environments/names";
import { boundaryPolicy } from "../rights/deployer";
import type { Place } from "../rights/place";
import { documentOf, foreign, IAM_TAGS, isOurs } from "./iam";
import { isSameDocument, type Look, orNothing, type Piece } from "./piece";

/** The versions that IAM keeps of a policy; see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html */
const MOST_VERSIONS = 5;

/** The policy that bounds every role of an environment. */
export function boundaryPiece(iam: IAMClient, place: Place): Piece {
  const PolicyArn = boundaryArn(place);
  const wanted = boundaryPolicy(place);
  const PolicyDocument = JSON.stringify(wanted);

  async function create(): Promise<void> {
    const Description = `The most that any role of ${place.name} can do`;
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: guardName(place, "boundary"),
        PolicyDocument,
        Description,
        Tags: IAM_TAGS,
      }),
    );
  }

  async function replace(): Promise<void> {
    const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    // The list is from new to old.
    const oldest = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).at(-1)?.VersionId;
    if (Versions.length >= MOST_VERSIONS && oldest !== undefined)
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest }));
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  }

  return {
    what: `policy ${guardName(place, "boundary")}, which bounds the roles of ${place.name}`,
    look: async (): Promise<Look> => {
      const found = await orNothing(
        iam.send(new GetPolicyCommand({ PolicyArn })),
        "NoSuchEntityException",
        "NoSuchEntity",
      );
      if (!found?.Policy) return { state: "missing", changes: [{ does: "create it", make: create }] };
      if (!isOurs(found.Policy.Tags)) return foreign();
      const VersionId = found.Policy.DefaultVersionId;
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      if (isSameDocument(documentOf(PolicyVersion?.Document), wanted)) return { state: "found", changes: [] };
      return { state: "different", changes: [{ does: "write the present version", make: replace }] };
    },
  };
}
