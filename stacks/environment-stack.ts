import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { Environment } from "../environments/environment";
import { addAwsProvider } from "./terraform/aws-provider";
import { boundRoles } from "./terraform/bounded-roles";
import { refusePlaceholderAccount } from "./terraform/placeholder-account";
import { addStateBackend } from "./terraform/state-backend";

export interface EnvironmentStackProps {
  readonly environment: Environment;
}

/** A stack whose state is in the environment's account, and which works in the environment's account and region only. */
export abstract class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment }: EnvironmentStackProps) {
    super(scope, id);
    addStateBackend(this, { environment });
    addAwsProvider(this, { environment });
    refusePlaceholderAccount(this, { environment });
    boundRoles(this, { environment });
  }

  /**
   * Makes Terraform's address of an element from its path, without the hash that CDKTF adds: a plan says
   * `aws_iam_role.connect_role`. Ids are a contract, because another address is another resource. CDKTF calls this.
   *
   * @throws Error for an id with an underscore: two paths could make one address, and CDKTF would merge their resources.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const ids = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    for (const id of ids.filter((id) => id.includes("_")))
      throw new Error(
        `The id "${id}" has an underscore, which separates ids in an address: write "${id.replaceAll("_", "-")}".`,
      );
    return ids.filter((id) => id !== "Default").join("_");
  }
}
