import { expect, test } from "@jest/globals";
import { tagsOf } from "../../environments/tags";

test("adds to an environment's own tags whose it is and what manages it", () => {
  expect(tagsOf({ name: "staging", tags: { Owner: "web team" } })).toEqual({
    Owner: "web team",
    Project: "blogapp",
    Environment: "staging",
    ManagedBy: "Terraform",
  });
});
