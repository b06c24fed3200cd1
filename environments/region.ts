/** Knowledge of AWS's regions: the form of their names, and which of AWS's partitions each belongs to. */

/** The form of a region's name. There is no list of them, so that a region AWS opens tomorrow is accepted. */
const REGION =
  /^(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(north|south|east|west|central|(north|south)(east|west))-[1-9]$/;

/** The most characters of a region's name in that form: `us-gov-northeast-1`. */
export const LONGEST_REGION = 18;

/**
 * The regions in which Lambda has no Function URLs, through which the API is called. A region that AWS opens tomorrow
 * may be one more. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
const WITHOUT_FUNCTION_URLS: ReadonlySet<string> = new Set([
  "ap-east-2",
  "ap-south-2",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "eu-central-2",
  "eu-south-2",
  "il-central-1",
  "me-central-1",
]);

/** Returns what is wrong with a region. */
export function regionMistake(region: string): string | undefined {
  if (!REGION.test(region)) return 'is not an AWS region; write one such as "ap-northeast-1" or "eu-west-1"';
  return WITHOUT_FUNCTION_URLS.has(region)
    ? "has no Lambda Function URLs, through which the API is called; choose another region"
    : undefined;
}

/** Returns the partition of a region: one of AWS's three separate worlds, each with ARNs and domains of its own. */
export function partition(region: string): { readonly name: string; readonly domain: string } {
  if (region.startsWith("cn-")) return { name: "aws-cn", domain: "amazonaws.com.cn" };
  return { name: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", domain: "amazonaws.com" };
}
