import { describe, expect, test } from "@jest/globals";
import { TerraformOutput, Testing } from "cdktf";
import { SigningKey } from "../../../stacks/constructs/signing-key";

const staging = { name: "staging", account: "123456789012", region: "eu-central-1", deletionProtection: false };

type Resources = Record<string, Record<string, unknown>>;

/** The one KMS key with its address, its aliases, and what a function is given that uses it. */
function synthesized(environment = staging) {
  const text = Testing.synthScope((scope) => {
    const { variables, statements } = new SigningKey(scope, "signing", environment).use("SIGNING_KEY_ID");
    new TerraformOutput(scope, "access", { value: { variables, statements } });
  });
  const { resource, output }: { resource: Record<string, Resources>; output: Resources } = JSON.parse(text);
  const keys = Object.entries(resource.aws_kms_key ?? {});
  expect(keys).toHaveLength(1);
  const [address, key] = keys[0] ?? ["", {}];
  return { address: `aws_kms_key.${address}`, key, aliases: Object.values(resource.aws_kms_alias ?? {}), output };
}

describe("a signing key", () => {
  test("is one that makes MACs and cannot be deleted at once", () => {
    const { key } = synthesized();
    expect(key).toMatchObject({
      key_usage: "GENERATE_VERIFY_MAC",
      customer_master_key_spec: "HMAC_256",
      deletion_window_in_days: 30,
    });
    // KMS refuses both for HMAC keys.
    expect(key).not.toHaveProperty("enable_key_rotation");
    expect(key).not.toHaveProperty("rotation_period_in_days");
  });

  test("is protected where the environment protects what it has", () => {
    expect(synthesized().key).toHaveProperty("lifecycle.prevent_destroy", false);
    expect(synthesized({ ...staging, deletionProtection: true }).key).toHaveProperty("lifecycle.prevent_destroy", true);
  });

  test("is opened to IAM of its own account and to nobody else", () => {
    const { key } = synthesized();
    expect(JSON.parse(String(key.policy)).Statement).toEqual([
      {
        Sid: "AccountDecidesByIam",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      },
    ]);
  });

  test("names its account in the region's own partition", () => {
    const { key } = synthesized({ ...staging, region: "cn-north-1" });
    expect(key.policy).toContain("arn:aws-cn:iam::123456789012:root");
  });

  test("bears the environment's name", () => {
    const { aliases, address } = synthesized();
    expect(aliases).toEqual([
      expect.objectContaining({
        name: "alias/blogapp-staging-signing",
        target_key_id: `\${${address}.key_id}`,
      }),
    ]);
  });

  test("lets a function that uses it make MACs with this key, and nothing else", () => {
    const { output, address } = synthesized();
    const arn = `\${${address}.arn}`;
    expect(output.access?.value).toEqual({
      variables: { SIGNING_KEY_ID: arn },
      statements: [{ actions: ["kms:GenerateMac"], resources: [arn] }],
    });
  });
});
