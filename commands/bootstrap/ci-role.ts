import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { guardName } from "../../environments/names";
import type { Task } from "../rights/deployer";
import type { Place } from "../rights/place";
import type { PolicyDocument } from "../rights/policy-document";
import { type Repository, trustPolicy } from "../rights/trust";
import { documentOf, foreign, IAM_TAGS, isOurs, roleNamed } from "./iam";
import { type Change, isSameDocument, type Look, orNothing, type Piece } from "./piece";

/** The one policy of the role. */
const POLICY = "terrace";

export interface CiRoleProps {
  readonly place: Place;
  readonly task: Task;
  readonly repository: Repository;
  readonly policy: PolicyDocument;
}

/** A role that GitHub's workflows take to plan or to apply an environment. */
export function ciRolePiece(iam: IAMClient, { place, task, repository, policy }: CiRoleProps): Piece {
  const RoleName = guardName(place, task);
  const trust = trustPolicy(place, task, repository);
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  const create: Change = {
    does: `create it for ${repository.owner}/${repository.name}`,
    make: async () => {
      const Description = `Workflows of ${repository.owner}/${repository.name} ${task} ${place.name} with it`;
      await orNothing(
        iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Description, Tags: IAM_TAGS })),
        "EntityAlreadyExistsException",
        "EntityAlreadyExists",
      );
    },
  };
  const change = (does: string, command: () => Promise<unknown>): Change => ({
    does,
    make: async () => {
      await command();
    },
  });
  const retrust = change("change who may take it", () =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument })),
  );
  const grant = change("write down what it may do", () =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: POLICY, PolicyDocument: JSON.stringify(policy) })),
  );
  return {
    what: `role ${RoleName}`,
    look: async (): Promise<Look> => {
      const role = await roleNamed(iam, RoleName);
      if (!role) return { state: "missing", changes: [create, grant] };
      if (!isOurs(role.Tags)) return foreign();
      const granted = await orNothing(
        iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: POLICY })),
        "NoSuchEntityException",
        "NoSuchEntity",
      );
      const changes = [
        ...(isSameDocument(documentOf(role.AssumeRolePolicyDocument), trust) ? [] : [retrust]),
        ...(isSameDocument(documentOf(granted?.PolicyDocument), policy) ? [] : [grant]),
      ];
      return { state: changes.length === 0 ? "found" : "different", changes };
    },
  };
}
