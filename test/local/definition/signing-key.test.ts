import { describe, expect, test } from "@jest/globals";
import { readSigningKeys } from "../../../local/definition/signing-key";
import { Terraform } from "../../../local/definition/terraform";

const statement = {
  Sid: "AccountDecidesByIam",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::123456789012:root" },
  Action: "kms:*",
  Resource: "*",
};
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const signing = { key_usage: "GENERATE_VERIFY_MAC", customer_master_key_spec: "HMAC_256", policy: policy(statement) };

const keysOf = (key: object) =>
  readSigningKeys(
    new Terraform(
      JSON.stringify({
        provider: { aws: [{ region: "eu-central-1", allowed_account_ids: ["123456789012"] }] },
        resource: {
          aws_kms_key: { signing: key },
          aws_kms_alias: { alias: { name: "alias/signing", target_key_id: `\${aws_kms_key.signing.key_id}` } },
        },
      }),
    ),
  );

describe("a KMS key", () => {
  test("has the same ARN whenever the definition is read", () => {
    const [arn] = keysOf(signing);
    expect(arn).toMatch(/^arn:aws:kms:eu-central-1:123456789012:key\/\w{10}$/);
    expect(keysOf({ ...signing, description: "another", deletion_window_in_days: 7 })).toEqual([arn]);
  });

  test("may leave out KMS's default policy", () => {
    const { policy: _, ...plain } = signing;
    expect(keysOf(plain)).toHaveLength(1);
  });

  test.each([
    ["an effect", policy({ ...statement, Effect: "Deny" })],
    ["a principal", policy({ ...statement, Principal: { AWS: "arn:aws:iam::999999999999:root" } })],
    ["a principal of all", policy({ ...statement, Principal: "*" })],
    ["a condition", policy({ ...statement, Condition: {} })],
    ["an action", policy({ ...statement, Action: "kms:GenerateMac" })],
    ["a second statement", policy(statement, statement)],
    ["no statement", policy()],
    ["something that is no policy", "[]"],
  ])("with %s of its own in the policy is refused", (_, changed) => {
    expect(() => keysOf({ ...signing, policy: changed })).toThrow(
      "aws_kms_key.signing: this policy is not emulated: only KMS's default one is",
    );
  });

  test.each([
    ["key_usage", "ENCRYPT_DECRYPT"],
    ["customer_master_key_spec", "HMAC_512"],
  ])("with another %s is refused", (attribute, value) => {
    expect(() => keysOf({ ...signing, [attribute]: value })).toThrow(
      `aws_kms_key.signing: ${attribute} "${value}" is not emulated`,
    );
  });

  test("that is switched off is refused", () => {
    expect(() => keysOf({ ...signing, is_enabled: false })).toThrow("the attribute is_enabled is not emulated");
  });
});
