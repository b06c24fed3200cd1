import type { Value } from "../../plan/value";
import type { Row } from "../rule";
import { table } from "./table";
import { changed, disabled, lowered, removed } from "./tests";

const type = "aws_lambda_function";

/** Reads the version out of Lambda's names of runtimes: `nodejs24.x` is 24, `python3.13` is 3.13. */
const RUNTIME = /^([a-z]+)(\d+(?:\.\d+)?)/;
const isDowngrade = (before: Value, after: Value): boolean => {
  const [, oldName, oldVersion] = RUNTIME.exec(String(before)) ?? [];
  const [, newName, newVersion] = RUNTIME.exec(String(after)) ?? [];
  return oldName !== newName || Number(newVersion) < Number(oldVersion);
};

const rows: readonly Row[] = [
  {
    type,
    attribute: "runtime",
    when: (before, after) => changed(before, after) && isDowngrade(before, after),
    severity: "asks",
    consequence: "The code runs on an older runtime, or in another language's. Lambda may refuse updates of old ones.",
    remedy: "Compare with the end dates at https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.",
  },
  {
    type,
    attribute: "runtime",
    when: (before, after) => changed(before, after) && !isDowngrade(before, after),
    severity: "notes",
    consequence: "The code runs on a newer runtime.",
    remedy: "Try it in staging first.",
  },
  {
    type,
    attribute: "architectures",
    when: changed,
    severity: "asks",
    consequence:
      "An image or a native module made for the other architecture does not start. x86_64 costs a quarter more.",
    remedy: "Build for the same architecture in the same change, and try it in staging first.",
  },
  {
    type,
    attribute: "handler",
    when: changed,
    severity: "asks",
    consequence: "If the bundle has no such export, every call fails.",
    remedy: "Try it in staging first.",
  },
  {
    type,
    attribute: "timeout",
    when: lowered,
    severity: "asks",
    consequence: "Calls that take longer are cut off.",
    remedy: "Compare with the function's longest duration of the last weeks.",
  },
  {
    type,
    attribute: "memory_size",
    when: lowered,
    severity: "asks",
    consequence: "The function gets less processor time with it, and is ended if it needs more memory.",
    remedy: "Compare with the memory it used in the last weeks.",
  },
  {
    type,
    attribute: "vpc_config",
    when: changed,
    severity: "asks",
    consequence: "In a VPC without a way out the function reaches neither AWS nor Google.",
    remedy: "Give the VPC endpoints or a NAT gateway, or leave the function outside.",
  },
  {
    type,
    attribute: "role",
    when: changed,
    severity: "asks",
    consequence: "The function has the rights of another role.",
    remedy: "Read that role's policy.",
  },
  {
    type,
    attribute: "layers",
    when: changed,
    severity: "asks",
    consequence: "Code that is not in this repository runs in the function, or no longer does.",
    remedy: "Name the layer's version and where it comes from.",
  },
  {
    type,
    attribute: "tracing_config.mode",
    when: removed,
    severity: "notes",
    consequence: "The function's calls are no longer traced.",
    remedy: "None needed.",
  },
  {
    type: "aws_lambda_event_source_mapping",
    attribute: "enabled",
    when: disabled,
    severity: "asks",
    consequence: "Nothing is handled until it is switched on; a stream forgets after 24 hours.",
    remedy: "Leave it on.",
  },
  {
    type: "aws_lambda_event_source_mapping",
    attribute: "filter_criteria",
    when: changed,
    severity: "asks",
    consequence: "Events that no longer match are dropped; from a queue they are deleted.",
    remedy: "Compare the pattern with events that happened.",
  },
  ...["function_response_types", "destination_config", "bisect_batch_on_function_error"].map(
    (attribute): Row => ({
      type: "aws_lambda_event_source_mapping",
      attribute,
      when: (before, after) => removed(before, after) || (before === true && after === false),
      severity: "asks",
      consequence: "One bad event holds up or takes with it the others of its batch, or is lost without a trace.",
      remedy: "Leave it as it is.",
    }),
  ),
  ...["maximum_retry_attempts", "maximum_record_age_in_seconds"].map(
    (attribute): Row => ({
      type: "aws_lambda_event_source_mapping",
      attribute,
      when: lowered,
      severity: "asks",
      consequence: "Events are given up sooner.",
      remedy: "Leave it as it is.",
    }),
  ),
  {
    type: "aws_scheduler_schedule",
    attribute: "state",
    when: (before, after) => before !== "DISABLED" && after === "DISABLED",
    severity: "asks",
    consequence: "The job no longer runs.",
    remedy: "Leave it on.",
  },
];

/** Finds functions that get another runtime, architecture or size, and sources of events that change. */
export const functions = table("functions", rows);
