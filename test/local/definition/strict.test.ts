import fs from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { resourceTypes } from "../../../local/definition/resource-types";
import { requireNoDifferences } from "../../../local/definition/strict";
import { FILE, resourceOf, type Stack, synthesized } from "./synthesized";

const strictly = (change: (stack: Stack) => void) => () => {
  const stack = synthesized();
  change(stack);
  requireNoDifferences(JSON.stringify(stack), "cdk.tf.json");
};

test("the definition of development has nothing that is not emulated and could be noticed", () => {
  expect(() => requireNoDifferences(fs.readFileSync(FILE, "utf8"), FILE)).not.toThrow();
});

describe("what has no effect here and could be noticed", () => {
  test("is refused with its address, its value and what is so instead, all of it at once", () => {
    const refused = strictly((stack) => {
      Object.assign(resourceOf(stack, "aws_dynamodb_table", "-posts"), {
        deletion_protection_enabled: true,
        on_demand_throughput: [{ max_read_request_units: 5 }],
      });
      Object.assign(resourceOf(stack, "aws_apigatewayv2_stage"), {
        default_route_settings: [{ logging_level: "INFO", data_trace_enabled: false }],
      });
    });
    expect(refused).toThrow(
      [
        "With --strict the local cloud does not run cdk.tf.json, of which some has no effect here:",
        'aws_apigatewayv2_stage.http_stage: default_route_settings.logging_level is "INFO". Execution logs are not written.',
        "aws_dynamodb_table.posts: deletion_protection_enabled is true. Whoever may delete the table can.",
        'aws_dynamodb_table.posts: on_demand_throughput is [{"max_read_request_units":5}]. Reads and writes are never throttled.',
      ].join("\n"),
    );
  });

  test("is no matter where it is what AWS does anyway, or is not set", () => {
    const accepted = strictly((stack) => {
      Object.assign(resourceOf(stack, "aws_lambda_function"), {
        reserved_concurrent_executions: -1,
        ephemeral_storage: null,
      });
    });
    expect(accepted).not.toThrow();
  });

  test("is among what the table of attributes calls cloud-only", () => {
    const strange = Object.entries(resourceTypes).flatMap(([type, { cloudOnly, differences = {} }]) =>
      Object.keys(differences)
        .filter((path) => !cloudOnly.includes(path))
        .map((path) => `${type}.${path}`),
    );
    expect(strange).toEqual([]);
  });
});
