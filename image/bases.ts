import type { Architecture } from "../environments/environment";

/** What the image of an architecture starts from. */
export interface Base {
  /** AWS's image for Node.js, by digest. */
  readonly reference: string;
  /** Docker's name of the architecture. */
  readonly platform: string;
}

/**
 * AWS's base images for Node.js 24. The digests were taken from public repositories that pin the same tags, not from the
 * registry; `docker buildx imagetools inspect public.ecr.aws/lambda/nodejs:24-arm64` shows the current one.
 */
export const bases: Readonly<Record<Architecture, Base>> = {
  arm64: {
    reference:
      "public.ecr.aws/lambda/nodejs:24-arm64@sha256:f04cd4c199f7237792c112ac4bb71e41fb0f51bf975e03103854d94b4ea1b5ac",
    platform: "linux/arm64",
  },
  x86_64: {
    reference:
      "public.ecr.aws/lambda/nodejs:24@sha256:19c9ce8d55c18e32fd4df26c4db582b8711297f73ca68860e541ee0715111490",
    platform: "linux/amd64",
  },
};
