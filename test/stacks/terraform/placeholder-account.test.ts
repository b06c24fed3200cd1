import { describe, expect, test } from "@jest/globals";
import { PLACEHOLDER_ACCOUNT } from "../../../environments/account";
import { environment, synthesizeAlone } from "../../support/synth";

describe("while an environment has no account", () => {
  test("every plan is refused, with what to do", () => {
    expect(synthesizeAlone(() => undefined, { ...environment, account: PLACEHOLDER_ACCOUNT }).variable).toEqual({
      account: {
        type: "string",
        default: "000000000000",
        validation: [
          {
            condition: `\${var.account != "000000000000"}`,
            error_message:
              "environments/staging.ts still has the placeholder account id 000000000000; put your twelve-digit AWS account id there, or set TERRACE_ACCOUNT_ID.",
          },
        ],
      },
    });
  });

  test("and not once it has one", () => {
    expect(synthesizeAlone(() => undefined)).not.toHaveProperty("variable");
  });
});
