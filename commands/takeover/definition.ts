import { z } from "zod";

/** The arguments of a resource, as they are written in a synthesized stack. */
export type Arguments = Readonly<Record<string, unknown>>;

const synthesized = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
});
const state = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        instances: z.array(z.looseObject({ attributes: z.looseObject({ id: z.string().optional() }).optional() })),
      }),
    )
    .nullish(),
});

/** Reads the resources of a synthesized stack by their addresses. */
export function resourcesIn(definition: unknown): ReadonlyMap<string, Arguments> {
  const { resource } = synthesized.parse(definition);
  return new Map(
    Object.entries(resource).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, body]) => [`${type}.${name}`, body] as const),
    ),
  );
}

/** Reads the ids of the resources that a state knows, by their addresses; none if it is empty, as before a first apply. */
export function idsIn(text: string): ReadonlyMap<string, string> {
  if (text.trim() === "") return new Map();
  const { resources } = state.parse(JSON.parse(text));
  return new Map(
    (resources ?? [])
      .filter(({ mode }) => mode === "managed")
      .map(({ type, name, instances }) => [`${type}.${name}`, instances[0]?.attributes?.id ?? ""] as const),
  );
}

/** One resource that is looked for, with the values that others give it. */
export class Sought {
  constructor(
    readonly address: string,
    private readonly body: Arguments,
    private readonly all: ReadonlyMap<string, Arguments>,
    /** Ids of resources that are known so far. */
    private readonly ids: ReadonlyMap<string, string>,
  ) {}

  /** The text of an argument; undefined if it is not there, or comes from a resource that is not known yet. */
  text(argument: string): string | undefined {
    const value = this.body[argument];
    if (typeof value !== "string") return undefined;
    let known = true;
    const resolved = value.replace(/\$\{(\w+\.[\w-]+)\.(\w+)\}/g, (_, address: string, attribute: string) => {
      const found = this.attribute(address, attribute);
      if (found === undefined) known = false;
      return found ?? "";
    });
    return known ? resolved : undefined;
  }

  /** The address that an argument refers to: `aws_sqs_queue.deliveries` for `${aws_sqs_queue.deliveries.arn}`. */
  reference(argument: string): string | undefined {
    return /^\$\{(\w+\.[\w-]+)\.\w+\}/.exec(String(this.body[argument]))?.[1];
  }

  /** Another resource of the stack. */
  other(address: string): Sought | undefined {
    const body = this.all.get(address);
    return body && new Sought(address, body, this.all, this.ids);
  }

  /** The resources of a type that refer to this one by an argument. */
  referring(type: string, argument: string): readonly Sought[] {
    return [...this.all.keys()]
      .filter((address) => address.startsWith(`${type}.`))
      .map((address) => this.other(address))
      .filter((other) => other?.reference(argument) === this.address)
      .filter((other) => other !== undefined);
  }

  private attribute(address: string, attribute: string): string | undefined {
    const value = this.all.get(address)?.[attribute];
    if (typeof value === "string" && !value.includes("${")) return value;
    // AWS makes up an id, and some resources have it under another name besides.
    return ["id", "key_id", "url"].includes(attribute) ? this.ids.get(address) : undefined;
  }
}
