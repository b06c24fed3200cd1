import { describe, expect, test } from "@jest/globals";
import { SigningKey } from "../../../stacks/constructs/signing-key";
import { entry, environment, synthesizeConstruct, synthesizeValue } from "../../support/synth";

const keyOf = (changes: Partial<typeof environment> = {}) =>
  entry(
    synthesizeConstruct((scope) => new SigningKey(scope, "signing", { environment: { ...environment, ...changes } })),
    "aws_kms_key.signing",
  );

describe("a signing key", () => {
  test("is one that makes MACs and cannot be deleted at once", () => {
    const key = keyOf();
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
    expect(keyOf({ deletionProtection: false }).lifecycle).toEqual({ prevent_destroy: false });
    expect(keyOf({ deletionProtection: true }).lifecycle).toEqual({ prevent_destroy: true });
  });

  test("cannot be deleted by anybody while the environment protects it, whatever the code says by then", () => {
    const [, guard, ...others] = JSON.parse(String(keyOf({ deletionProtection: true }).policy)).Statement;
    expect([guard, others]).toEqual([
      {
        Sid: "NobodyDeletes",
        Effect: "Deny",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: ["kms:DisableKey", "kms:ScheduleKeyDeletion"],
        Resource: "*",
      },
      [],
    ]);
  });

  test("is opened to IAM of its own account and to nobody else", () => {
    expect(JSON.parse(String(keyOf().policy)).Statement).toEqual([
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
    expect(keyOf({ region: "cn-north-1" }).policy).toContain("arn:aws-cn:iam::123456789012:root");
  });

  test("bears the environment's name", () => {
    const resources = synthesizeConstruct((scope) => new SigningKey(scope, "signing", { environment }));
    expect(entry(resources, "aws_kms_alias.signing_alias")).toEqual({
      name: "alias/blogapp-staging-signing",
      target_key_id: `\${aws_kms_key.signing.key_id}`,
    });
  });

  test("lets a function that uses it make MACs with this key, and nothing else", () => {
    const arn = `\${aws_kms_key.signing.arn}`;
    expect(synthesizeValue((scope) => new SigningKey(scope, "signing", { environment }).use("SIGNING_KEY_ID"))).toEqual(
      {
        variables: { SIGNING_KEY_ID: arn },
        statements: [{ actions: ["kms:GenerateMac"], resources: [arn] }],
      },
    );
  });
});
