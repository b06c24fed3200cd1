import { boundaryArn } from "../../environments/names";
import { iamArn, namesOf, type Place } from "./place";
import type { Rights } from "./rights";

/** Bounded roles only: with others, whoever makes roles could make one that may do anything. */
const bounded = (place: Place) => ({ StringEquals: { "iam:PermissionsBoundary": boundaryArn(place) } });
const roles = (place: Place) => [iamArn(place, `role/${namesOf(place)}`)];

/**
 * Roles of the environment's names, which have its boundary. There is no right to change who may take a role
 * (`UpdateAssumeRolePolicy`): with it a role could be handed to anybody. Such a change takes a person.
 */
export function role(place: Place): readonly Rights[] {
  return [
    {
      on: roles(place),
      read: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      write: [
        "iam:DeleteRole",
        "iam:ListInstanceProfilesForRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
    },
    { on: roles(place), write: ["iam:CreateRole", "iam:PutRolePermissionsBoundary"], condition: bounded(place) },
  ];
}

/** The policies of such roles. */
export function rolePolicy(place: Place): readonly Rights[] {
  return [
    { on: roles(place), read: ["iam:GetRolePolicy"] },
    { on: roles(place), write: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"], condition: bounded(place) },
  ];
}

/** Lets a bounded role be given to a service that acts with it. */
export function passRole(place: Place, service: string): Rights {
  return {
    on: roles(place),
    write: ["iam:PassRole"],
    condition: { StringEquals: { "iam:PassedToService": service } },
  };
}
