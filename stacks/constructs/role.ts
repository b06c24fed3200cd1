import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { policyOf, type Statement } from "./access";

export interface RoleProps {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** The IAM role of one function, with an inline policy: both go when the function goes, and nothing else can use them. */
export class Role extends Construct {
  readonly arn: string;
  /** The name, for policies that others add. It makes whoever uses it wait for the role. */
  readonly name: string;
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, { name, statements }: RoleProps) {
    super(scope, id);
    const role = new IamRole(this, "Default", {
      name,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
      }),
    });
    this.policy = new IamRolePolicy(this, "policy", { name, role: role.name, policy: policyOf(statements) });
    this.arn = role.arn;
    this.name = role.name;
  }
}
