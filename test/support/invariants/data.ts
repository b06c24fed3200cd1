import type { Invariants } from "./invariant";
import { resources } from "./resources";

/** Tables whose loss loses nothing, and why. */
const EPHEMERAL: Readonly<Record<string, string>> = {
  "aws_dynamodb_table.connections": "clients reconnect, and a row lives for two hours",
  "aws_dynamodb_table.subscriptions": "a subscription ends with its connection, and is made again with the next",
  "aws_dynamodb_table.tally": "a count is right again once the connections that it lost are over, in two hours",
  "aws_dynamodb_table.users": "a count of connections and tickets is over two hours after the last of them",
  "aws_dynamodb_table.delivery-progress":
    "whoever has lost the progress of a delivery sends again, which clients notice",
  "aws_dynamodb_table.tickets": "whoever loses one gets another, and a ticket lives for a minute",
};

/** What must not be lost, and what is known about it. */
export const data: Invariants = {
  "every table with what users wrote is protected as the environment says": (stack, environment) =>
    resources(stack, "aws_dynamodb_table")
      .filter(({ address }) => !(address in EPHEMERAL))
      .flatMap((table) =>
        Object.entries({
          "point_in_time_recovery.enabled": environment.pointInTimeRecovery,
          deletion_protection_enabled: environment.deletionProtection,
          "lifecycle.prevent_destroy": environment.deletionProtection,
        })
          .filter(([path, wanted]) => table.get(path) !== wanted)
          .map(([path, wanted]) => `${table.address}.${path} is not ${wanted}`),
      ),

  // A new URL is another host name, a new repository has none of the images, and a new key knows no signature.
  "what cannot be made again is protected as the environment says": (stack, environment) =>
    ["aws_lambda_function_url", "aws_ecr_repository", "aws_kms_key"]
      .flatMap((type) => resources(stack, type))
      .filter((one) => one.get("lifecycle.prevent_destroy") !== environment.deletionProtection)
      .map(({ address }) => `${address} is not protected`),

  // Every push has a tag. One may move to a newer image, and ECR counts days since the push, not since it moved.
  "no image expires that a function may run": (stack) => [
    ...resources(stack, "aws_ecr_lifecycle_policy").flatMap((policy) =>
      policy
        .paths(/\.selection\.countNumber$/)
        .filter((path) => Number(policy.get(path)) < 3650)
        .map((path) => `${policy.address}.${path} is ${policy.get(path)} days`),
    ),
    ...resources(stack, "aws_ecr_lifecycle_policy").flatMap((policy) =>
      policy
        .paths(/\.selection\.tagStatus$/)
        .filter((path) => policy.get(path) !== "untagged")
        .map((path) => `${policy.address}.${path} is ${policy.get(path)}`),
    ),
  ],

  "every table is paid per request": (stack) =>
    resources(stack, "aws_dynamodb_table")
      .filter((table) => table.get("billing_mode") !== "PAY_PER_REQUEST")
      .map(({ address }) => `${address} has a fixed capacity`),
};
