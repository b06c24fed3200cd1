import * as api from "@aws-sdk/client-iam";
import { type AwsAccount, failure, type Named } from "./account";
import { PlayedClient } from "./client";

/** Plays IAM: roles, policies with their versions, and the one identity provider. */
export function playIam(account: AwsAccount) {
  const iam = new PlayedClient(api.IAMClient);
  const written = (text: string | undefined) => (text === undefined ? undefined : encodeURIComponent(text));
  iam.on(api.GetRoleCommand, ({ RoleName }) => {
    const { tags, documents } = named(account.roles, RoleName);
    return { Role: { RoleName, Tags: tags, AssumeRolePolicyDocument: written(documents.trust) } };
  });
  iam.on(api.CreateRoleCommand, ({ RoleName, AssumeRolePolicyDocument, Tags }) =>
    account.change("CreateRole", () =>
      account.roles.set(RoleName, { tags: Tags, documents: { trust: AssumeRolePolicyDocument } }),
    ),
  );
  iam.on(api.UpdateAssumeRolePolicyCommand, ({ RoleName, PolicyDocument }) =>
    account.change("UpdateAssumeRolePolicy", () => {
      named(account.roles, RoleName).documents.trust = PolicyDocument;
    }),
  );
  iam.on(api.GetRolePolicyCommand, ({ RoleName, PolicyName }) => {
    const text = named(account.roles, RoleName).documents[PolicyName];
    if (text === undefined) throw failure("NoSuchEntityException");
    return { PolicyDocument: written(text) };
  });
  iam.on(api.PutRolePolicyCommand, ({ RoleName, PolicyName, PolicyDocument }) =>
    account.change("PutRolePolicy", () => {
      named(account.roles, RoleName).documents[PolicyName] = PolicyDocument;
    }),
  );
  iam.on(api.AttachRolePolicyCommand, ({ RoleName, PolicyArn }) =>
    account.change("AttachRolePolicy", () => {
      named(account.roles, RoleName).documents[PolicyArn] = "attached";
    }),
  );
  iam.on(api.GetPolicyCommand, ({ PolicyArn }) => ({
    Policy: { Tags: named(account.policies, PolicyArn).tags, DefaultVersionId: versions(account, PolicyArn)[0] },
  }));
  iam.on(api.GetPolicyVersionCommand, ({ PolicyArn, VersionId }) => ({
    PolicyVersion: { Document: written(named(account.policies, PolicyArn).documents[VersionId]) },
  }));
  iam.on(api.ListPolicyVersionsCommand, ({ PolicyArn }) => ({
    Versions: versions(account, PolicyArn).map((VersionId, index) => ({ VersionId, IsDefaultVersion: index === 0 })),
  }));
  iam.on(api.CreatePolicyCommand, ({ PolicyName, PolicyDocument, Tags }) =>
    account.change("CreatePolicy", () =>
      account.policies.set(`arn:aws:iam::${account.id}:policy/${PolicyName}`, {
        tags: Tags,
        documents: { v1: PolicyDocument },
      }),
    ),
  );
  iam.on(api.CreatePolicyVersionCommand, ({ PolicyArn, PolicyDocument }) => {
    const kept = versions(account, PolicyArn);
    if (kept.length >= 5) throw failure("LimitExceededException");
    return account.change("CreatePolicyVersion", () => {
      const next = Number(kept[0]?.slice(1)) + 1;
      named(account.policies, PolicyArn).documents[`v${next}`] = PolicyDocument;
    });
  });
  iam.on(api.DeletePolicyVersionCommand, ({ PolicyArn, VersionId }) =>
    account.change("DeletePolicyVersion", () => {
      delete named(account.policies, PolicyArn).documents[VersionId];
    }),
  );
  iam.on(api.GetOpenIDConnectProviderCommand, () => {
    if (!account.identityProvider) throw failure("NoSuchEntityException");
    return { ClientIDList: account.identityProvider.audiences, Tags: account.identityProvider.tags };
  });
  iam.on(api.CreateOpenIDConnectProviderCommand, ({ ClientIDList, Tags }) =>
    account.change("CreateOpenIDConnectProvider", () => {
      account.identityProvider = { audiences: ClientIDList, tags: Tags };
    }),
  );
  iam.on(api.AddClientIDToOpenIDConnectProviderCommand, ({ ClientID }) =>
    account.change("AddClientIDToOpenIDConnectProvider", () => account.identityProvider?.audiences.push(ClientID)),
  );

  return iam;
}

function named(all: ReadonlyMap<string, Named>, name: string): Named {
  const found = all.get(name);
  if (!found) throw failure("NoSuchEntityException");
  return found;
}

/** The versions of a policy, from new to old. */
function versions({ policies }: AwsAccount, arn: string): string[] {
  return Object.keys(named(policies, arn).documents).sort().reverse();
}
