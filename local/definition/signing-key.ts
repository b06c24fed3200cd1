import { isDeepStrictEqual } from "node:util";
import { StartError } from "../shared/errors";
import { isObject, parseJson } from "../shared/json";
import type { Place, Terraform } from "./terraform";

/** Reads the ARNs of the KMS keys that make MACs. */
export function readSigningKeys(terraform: Terraform): string[] {
  return terraform.all("aws_kms_key").map((key) => {
    key.oneOf("key_usage", ["GENERATE_VERIFY_MAC"]);
    key.oneOf("customer_master_key_spec", ["HMAC_256"]);
    if (key.has("policy") && !isDefaultPolicy(key.text("policy"), terraform.place))
      throw new StartError(
        `${key.address}: this policy is not emulated: only KMS's default one is, which leaves all to the account's IAM policies.`,
      );
    return terraform.computed(key, "arn");
  });
}

/** Returns whether a key policy is the default one; see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function isDefaultPolicy(policy: string, { partition, account }: Place): boolean {
  const document = parseJson(policy);
  const statements = isObject(document) && Array.isArray(document.Statement) ? document.Statement : [];
  const withoutIds = statements.map((statement: unknown) =>
    isObject(statement) ? { ...statement, Sid: "" } : statement,
  );
  const Principal = { AWS: `arn:${partition}:iam::${account}:root` };
  return isDeepStrictEqual(withoutIds, [{ Sid: "", Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }]);
}
