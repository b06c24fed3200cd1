/** AWS is three separate worlds, with ARNs and domains of their own; the region says which. */
export function partition(region: string): { readonly name: string; readonly domain: string } {
  if (region.startsWith("cn-")) return { name: "aws-cn", domain: "amazonaws.com.cn" };
  return { name: region.startsWith("us-gov-") ? "aws-us-gov" : "aws", domain: "amazonaws.com" };
}
