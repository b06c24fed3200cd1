import { z } from "zod";
import type { S3 } from "../s3";

/** A resource that Terraform's states say is there. */
export interface Deployed {
  readonly region: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const stateSchema = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        type: z.string(),
        instances: z.array(z.looseObject({ attributes: z.record(z.string(), z.unknown()).default({}) })),
      }),
    )
    .default([]),
});

/**
 * What an account has, by the states in its buckets: stand-in providers make nothing but these. A state's region is the
 * bucket's.
 */
export class States {
  private seen = -1;
  private known: readonly Deployed[] = [];

  constructor(private readonly s3: S3) {}

  /** Returns the resources of a type in a region. */
  of(type: string, region: string): readonly Deployed[] {
    if (this.seen !== this.s3.version) {
      this.known = [...this.s3.objects].flatMap(([name, bytes]) =>
        name.endsWith(".tfstate") ? this.read(name, bytes) : [],
      );
      this.seen = this.s3.version;
    }
    return this.known.filter((resource) => resource.type === type && resource.region === region);
  }

  private read(name: string, bytes: Buffer): readonly Deployed[] {
    const region = this.s3.buckets.get(name.split("/")[0] ?? "")?.region ?? "";
    return stateSchema
      .parse(JSON.parse(bytes.toString("utf8")))
      .resources.flatMap(({ type, instances }) => instances.map(({ attributes }) => ({ region, type, attributes })));
  }
}
