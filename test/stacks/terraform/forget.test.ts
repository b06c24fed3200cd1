import { expect, test } from "@jest/globals";
import { forget } from "../../../stacks/terraform/forget";
import { synthesizeAlone } from "../../support/synth";

test("what is forgotten leaves the state and stays where it is", () => {
  expect(synthesizeAlone((stack) => forget(stack, ["aws_kms_key.one", "aws_kms_key.two"]))).toMatchObject({
    removed: [
      { from: "aws_kms_key.one", lifecycle: { destroy: false } },
      { from: "aws_kms_key.two", lifecycle: { destroy: false } },
    ],
  });
});

test("what is forgotten by different parts of a stack adds up", () => {
  const stack = synthesizeAlone((stack) => {
    forget(stack, ["aws_kms_key.one"]);
    forget(stack, ["aws_kms_key.two"]);
  });
  expect(stack).toMatchObject({ removed: [{ from: "aws_kms_key.one" }, { from: "aws_kms_key.two" }] });
});
