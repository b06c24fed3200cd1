import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { keyAlias } from "../../environments/names";
import { partition } from "../../environments/region";
import { type Access, access } from "./access";

export interface SigningKeyProps {
  readonly environment: Pick<Environment, "name" | "account" | "region" | "deletionProtection">;
}

/**
 * The secret that everything signed by the environment comes from. KMS makes it and never gives it away, so that it
 * is in no state, plan, variable or bundle. Functions derive keys from it, and take new ones by themselves.
 */
export class SigningKey extends Construct {
  private readonly arn: string;

  constructor(scope: Construct, id: string, { environment }: SigningKeyProps) {
    super(scope, id);
    const account = `arn:${partition(environment.region).name}:iam::${environment.account}:root`;
    // KMS cannot rotate HMAC keys: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    const key = new KmsKey(this, "Default", {
      description: `Signs for ${environment.name}: functions derive their keys from it`,
      keyUsage: "GENERATE_VERIFY_MAC",
      customerMasterKeySpec: "HMAC_256",
      // A deletion can be taken back within these days.
      deletionWindowInDays: 30,
      // Only the account is named here; its IAM policies then decide who may do what. Without this statement not even an
      // administrator could change or delete the key. In a key's policy the resource `*` is that key and no other; it
      // has no ARN yet that could be named. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AccountDecidesByIam",
            Effect: "Allow",
            Principal: { AWS: account },
            Action: "kms:*",
            Resource: "*",
          },
          // Terraform's own guard is a line of the block that it guards and goes with it. This one is in AWS, and holds
          // until a deployment of its own has taken it away. The account as a principal is everybody in it.
          ...(environment.deletionProtection
            ? [
                {
                  Sid: "NobodyDeletes",
                  Effect: "Deny",
                  Principal: { AWS: account },
                  Action: ["kms:DisableKey", "kms:ScheduleKeyDeletion"],
                  Resource: "*",
                },
              ]
            : []),
        ],
      }),
      lifecycle: { preventDestroy: environment.deletionProtection },
    });
    new KmsAlias(this, "alias", { name: keyAlias(environment, "signing"), targetKeyId: key.keyId });
    this.arn = key.arn;
  }

  /** Lets a function derive keys, which takes one call of KMS per key and instance. */
  use<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.arn, { actions: ["kms:GenerateMac"], resources: [this.arn] });
  }
}
