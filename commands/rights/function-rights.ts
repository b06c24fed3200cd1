import { passRole } from "./identity-rights";
import { arn, namesOf, type Place } from "./place";
import type { Rights, RightsOfTypes } from "./rights";

/** What functions take, with what calls them. */
export const FUNCTION_RIGHTS: RightsOfTypes = {
  aws_lambda_event_source_mapping: eventSourceMapping,
  aws_lambda_function: (place) => [
    ...lambda(
      place,
      [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConfiguration",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ],
      [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:PutFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
    ),
    passRole(place, "lambda.amazonaws.com"),
  ],
  aws_lambda_function_event_invoke_config: (place) =>
    lambda(
      place,
      ["lambda:GetFunctionEventInvokeConfig"],
      [
        "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:UpdateFunctionEventInvokeConfig",
      ],
    ),
  aws_lambda_function_url: (place) =>
    lambda(
      place,
      ["lambda:GetFunctionUrlConfig"],
      // The provider adds the statement by which everybody may call the function through its URL.
      ["lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"],
      ["lambda:DeleteFunctionUrlConfig"],
    ),
  aws_lambda_permission: (place) =>
    lambda(place, ["lambda:GetPolicy"], ["lambda:AddPermission", "lambda:RemovePermission"]),
};

function lambda(
  place: Place,
  read: readonly string[],
  write: readonly string[],
  remove: readonly string[] = [],
): readonly Rights[] {
  return [{ on: [arn(place, "lambda", `function:${namesOf(place)}`)], read, write, remove }];
}

/** Mappings have no names; what they call has. */
function eventSourceMapping(place: Place): readonly Rights[] {
  const mappings = [arn(place, "lambda", "event-source-mapping:*")];
  return [
    // Finds among all mappings one that a killed deployment left.
    { on: ["*"], read: ["lambda:ListEventSourceMappings"] },
    // A tag is set before AWS knows which function the mapping belongs to.
    { on: mappings, read: ["lambda:ListTags"], write: ["lambda:TagResource", "lambda:UntagResource"] },
    {
      on: mappings,
      read: ["lambda:GetEventSourceMapping"],
      write: ["lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"],
      condition: { ArnLike: { "lambda:FunctionArn": arn(place, "lambda", `function:${namesOf(place)}`) } },
    },
  ];
}
