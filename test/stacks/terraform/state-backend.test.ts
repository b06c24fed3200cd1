import { expect, test } from "@jest/globals";
import { synthesizeAlone } from "../../support/synth";

test("the state is in the account's bucket, encrypted, locked and open to no other account", () => {
  expect(synthesizeAlone(() => undefined).terraform.backend).toEqual({
    s3: {
      bucket: "blogapp-tfstate-123456789012-ap-northeast-1",
      key: "blogapp/staging/alone.tfstate",
      region: "ap-northeast-1",
      encrypt: true,
      use_lockfile: true,
      allowed_account_ids: ["123456789012"],
    },
  });
});
