/** Knowledge of AWS's regions: the form of their names, and which of AWS's partitions each belongs to. */

/** The form of a region's name. There is no list, so that a region AWS opens tomorrow is accepted. */
export const REGION =
  /^(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(north|south|east|west|central|(north|south)(east|west))-[1-9]$/;

/** Returns the partition of a region: one of AWS's three separate worlds, each with ARNs and domains of its own. */
export function partition(region: string): { readonly name: string; readonly domain: string } {
  if (region.startsWith("cn-")) return { name: "aws-cn", domain: "amazonaws.com.cn" };
  return { name: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", domain: "amazonaws.com" };
}
