import { arn, namesOf, tagged } from "./place";
import type { RightsOfTypes } from "./rights";

/** What the signing key and its alias take. */
export const KEY_RIGHTS: RightsOfTypes = {
  aws_kms_alias: (place) => [
    { on: ["*"], read: ["kms:ListAliases"] },
    // An alias takes the right on both, and the key's tags decide about rights only minutes after they were set.
    {
      on: [arn(place, "kms", `alias/${namesOf(place)}`), arn(place, "kms", "key/*")],
      write: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
    },
  ],
  aws_kms_key: (place) => [
    // Finds among all keys one that a killed deployment left.
    { on: ["*"], read: ["kms:ListKeys"] },
    { on: ["*"], write: ["kms:CreateKey"], condition: tagged(place, "aws:RequestTag") },
    // The read after the creation comes before the tags decide about rights.
    {
      on: [arn(place, "kms", "key/*")],
      read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      // A key gets its tags while it is made, before they could decide about rights.
      write: ["kms:TagResource"],
    },
    {
      on: [arn(place, "kms", "key/*")],
      write: ["kms:PutKeyPolicy", "kms:UntagResource", "kms:UpdateKeyDescription"],
      remove: ["kms:ScheduleKeyDeletion"],
      condition: tagged(place, "aws:ResourceTag"),
    },
  ],
};
