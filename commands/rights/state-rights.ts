import { PREVIEW, stateBucket } from "../../environments/names";
import { project } from "../../environments/project";
import { partition } from "../../environments/region";
import type { Place } from "./place";
import type { Statement } from "./policy-document";

/**
 * The environment's own part of the state bucket: states, their locks, and what commands keep beside them. A lock is
 * given back by deleting it, a state is never deleted. Without ListBucket an absent state would be "denied".
 */
export function stateRights(place: Place, mode: "read" | "write"): readonly Statement[] {
  const bucket = `arn:${partition(place.region).name}:s3:::${stateBucket(place)}`;
  // Previews share their rights.
  const own = `${project.prefix}/${place.name.startsWith(PREVIEW) ? `${PREVIEW}*` : place.name}/`;
  return [
    {
      actions: ["s3:GetBucketLocation", "s3:ListBucket"],
      resources: [bucket],
    },
    {
      actions: ["s3:GetObject", ...(mode === "write" ? ["s3:PutObject"] : [])],
      resources: [`${bucket}/${own}*`],
    },
    // An upload in parts that fails is given up; see `Ledger.keepExport`.
    { actions: mode === "write" ? ["s3:AbortMultipartUpload"] : [], resources: [`${bucket}/${own}exports/*`] },
    { actions: mode === "write" ? ["s3:DeleteObject"] : [], resources: [`${bucket}/${own}*.tflock`] },
  ];
}
