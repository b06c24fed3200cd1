import * as z from "zod/mini";

// The document of a fault scenario; docs/faults.md explains it. What is right for one service only is checked in read.ts.

const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `is not known here; write one of ${Object.keys(shape).join(", ")}`
        : `has to be an object with ${Object.keys(shape).join(", ")}`,
  });
const text = z.string({ error: "has to be a text" }).check(z.minLength(1, { error: "has to be a text, not empty" }));
const number = (error: string, ...bounds: z.core.$ZodCheck<number>[]) => z.number({ error }).check(...bounds);
const whole = (minimum: number, maximum: number, error: string) =>
  z.int({ error }).check(z.minimum(minimum, { error }), z.maximum(maximum, { error }));

/** The greatest number of calls, and the longest time in milliseconds, that a scenario can name. */
const MOST = 2 ** 31 - 1;
const SERVICES = ["connections", "dynamodb", "kms", "sqs", "lambda", "clock"] as const;

const NTH = 'has to be a whole number from 1, or such as {"from": 3, "to": 7}';
const nth = z.union([whole(1, MOST, NTH), object({ from: whole(1, MOST, NTH), to: whole(1, MOST, NTH) })], {
  error: NTH,
});
const PROBABILITY = "has to be a number above 0 and up to 1; 5 % is 0.05";
const SECONDS = "has to be seconds since the start, 0 or more";
const seconds = number(SECONDS, z.minimum(0, { error: SECONDS }));

const when = object({
  service: z.enum(SERVICES, { error: `has to be one of ${SERVICES.join(", ")}` }),
  operation: z.optional(text),
  /** The function that calls; for the service `lambda` the one that is called. */
  function: z.optional(text),
  /** Which of the matching calls, counted from 1. */
  nth: z.optional(nth),
  probability: z.optional(number(PROBABILITY, z.gt(0, { error: PROBABILITY }), z.lte(1, { error: PROBABILITY }))),
  /** In seconds of the local cloud's clock since its start; `to` is no longer in it. */
  window: z.optional(object({ from: z.optional(seconds), to: z.optional(seconds) })),
});

const MILLISECONDS = "has to be milliseconds, a whole number from 1";
const JUMP = "has to be seconds, a number other than 0";
const KINDS = {
  error: object({ kind: z.literal("error"), error: text }),
  hang: object({ kind: z.literal("hang") }),
  latency: object({ kind: z.literal("latency"), milliseconds: whole(1, MOST, MILLISECONDS) }),
  cut: object({ kind: z.literal("cut") }),
  lose: object({ kind: z.literal("lose") }),
  crash: object({ kind: z.literal("crash") }),
  timeout: object({ kind: z.literal("timeout") }),
  jump: object({
    kind: z.literal("jump"),
    seconds: number(
      JUMP,
      z.refine((value) => value !== 0, { error: JUMP }),
    ),
  }),
};
const what = z.discriminatedUnion(
  "kind",
  [KINDS.error, KINDS.hang, KINDS.latency, KINDS.cut, KINDS.lose, KINDS.crash, KINDS.timeout, KINDS.jump],
  { error: `has to be an object whose kind is one of ${Object.keys(KINDS).join(", ")}` },
);

const SEED = "has to be a whole number from 0 to 4294967295";
export const scenario = object({
  /** Decides, with the calls alone, which calls a probability hits. */
  seed: whole(0, 2 ** 32 - 1, SEED),
  faults: z
    .array(object({ name: z.optional(text), when, what }), { error: "has to be a list of faults" })
    .check(z.minLength(1, { error: "has to be a list of at least one fault" })),
});

/** A scenario as it is written, in a file or in code. */
export type FaultScenario = z.infer<typeof scenario>;
export type Fault = FaultScenario["faults"][number];
export type Service = (typeof SERVICES)[number];
export type What = Fault["what"];
export type Kind = What["kind"];

/** The kinds of faults that each service can have. */
export const KINDS_OF: Readonly<Record<Service, readonly Kind[]>> = {
  connections: ["error", "hang", "latency", "cut", "lose", "crash", "jump"],
  dynamodb: ["error", "hang", "latency", "cut", "crash", "jump"],
  kms: ["error", "hang", "latency", "cut", "crash", "jump"],
  sqs: ["error", "hang", "latency", "cut", "crash", "jump"],
  lambda: ["latency", "crash", "timeout", "jump"],
  clock: ["jump"],
};
