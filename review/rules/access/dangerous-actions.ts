import { covers } from "../../policy/pattern";

/** Rights whose names do not say what they really give. The patterns are in lower case, as IAM compares actions. */
const DANGERS: readonly { readonly actions: readonly string[]; readonly sentence: string }[] = [
  { actions: ["iam:passrole"], sentence: "It may give a role to a service, and act through it." },
  {
    actions: [
      "iam:putrolepolicy",
      "iam:attachrolepolicy",
      "iam:createpolicyversion",
      "iam:updateassumerolepolicy",
      "iam:createaccesskey",
    ],
    sentence: "It may give itself or others any right.",
  },
  { actions: ["sts:assumerole"], sentence: "It may act as another role." },
  {
    actions: ["lambda:updatefunctioncode", "lambda:updatefunctionconfiguration", "lambda:addpermission"],
    sentence: "It may run its own code with a function's rights.",
  },
  { actions: ["kms:putkeypolicy", "kms:creategrant"], sentence: "It may let others use the key." },
  { actions: ["kms:schedulekeydeletion", "kms:disablekey"], sentence: "It may take the key away from everybody." },
  {
    actions: [
      "dynamodb:deletetable",
      "dynamodb:updatetable",
      "dynamodb:updatetimetolive",
      "dynamodb:putresourcepolicy",
      "dynamodb:deletebackup",
    ],
    sentence: "It may delete the table, its rows or its backups, or let others in.",
  },
  {
    actions: ["logs:deleteloggroup", "logs:deletelogstream", "logs:putretentionpolicy"],
    sentence: "It may delete logs.",
  },
  {
    actions: ["s3:putbucketpolicy", "s3:deletebucket", "s3:deleteobjectversion"],
    sentence: "It may open or empty a bucket.",
  },
  {
    actions: ["ecr:setrepositorypolicy", "ecr:batchdeleteimage", "ecr:deleterepository"],
    sentence: "It may let others read images, or delete them.",
  },
];

/** Says what an action, or a pattern of actions, really gives; undefined if its name says it. */
export function dangerOf(pattern: string): string | undefined {
  const found = DANGERS.filter(({ actions }) => actions.some((action) => covers(pattern.toLowerCase(), action)));
  if (found.length > 3) return "It may do nearly everything.";
  return found.length > 0 ? found.map(({ sentence }) => sentence).join(" ") : undefined;
}

/**
 * Actions that AWS lets nobody limit to a resource, so that `*` is the only way to allow them:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCES = [
  "xray:puttracesegments",
  "xray:puttelemetryrecords",
  "cloudwatch:putmetricdata",
  "ecr:getauthorizationtoken",
  "sts:getcalleridentity",
];

export function isWithoutResources(action: string): boolean {
  return WITHOUT_RESOURCES.includes(action.toLowerCase());
}
