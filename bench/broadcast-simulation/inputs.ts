/**
 * What the simulation assumes. Quotas are AWS's; latencies, CPU and faults are assumptions, and a result is worth as much
 * as they are.
 */
export interface Inputs {
  readonly seed: number;
  readonly subscribers: number;
  /** Calls to @connections that the account has, a second and at once; https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  readonly quota: { readonly perSecond: number; readonly burst: number };
  /** Milliseconds until @connections answers: half of the answers come sooner than the median, and `spread` is that of their logarithms. */
  readonly answer: { readonly median: number; readonly spread: number; readonly throttled: number };
  /** Milliseconds for a page of the table, a write, and a call of the queue. */
  readonly table: { readonly page: number; readonly rowsPerPage: number; readonly write: number };
  readonly queue: {
    readonly send: number;
    /** Milliseconds until a message that is visible is handed to a worker that is free. */
    readonly poll: number;
    /** Workers that are called at once at first, and the milliseconds after which there is one more. */
    readonly firstWorkers: number;
    readonly growEvery: number;
    /** The times that a message is handed out. */
    readonly tries: number;
  };
  readonly lambda: {
    /** Milliseconds before the first invocation of an instance. */
    readonly coldStart: number;
    readonly memoryMegabytes: number;
    /** CPU milliseconds for a send where there is a whole CPU, which are 1,769 MB; https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
    readonly cpuPerSend: number;
    readonly timeoutSeconds: number;
    /** The most workers at once, and the most that one function sends to. */
    readonly workers: number;
    readonly threshold: number;
  };
  /** The shares of what goes wrong: rows of closed connections, sends that a slow client refuses or that get no answer, workers that end without a word, messages that are handed out twice. */
  readonly faults: {
    readonly stale: number;
    readonly slowClient: number;
    readonly hang: number;
    readonly crash: number;
    readonly duplicate: number;
  };
}

export const WITHOUT_FAULTS: Inputs["faults"] = { stale: 0, slowClient: 0, hang: 0, crash: 0, duplicate: 0 };

export const INPUTS: Inputs = {
  seed: 1,
  subscribers: 1_000_000,
  quota: { perSecond: 10_000, burst: 5_000 },
  answer: { median: 15, spread: 0.5, throttled: 5 },
  table: { page: 60, rowsPerPage: 8_000, write: 8 },
  queue: { send: 15, poll: 30, firstWorkers: 5, growEvery: 200, tries: 5 },
  lambda: {
    coldStart: 500,
    memoryMegabytes: 512,
    cpuPerSend: 0.06,
    timeoutSeconds: 6,
    workers: 6,
    threshold: 2_000,
  },
  faults: { stale: 0.05, slowClient: 0.01, hang: 0.0001, crash: 0.02, duplicate: 0.05 },
};

/** The seconds in which no more can be delivered than this: what the account's quota of calls allows, and nothing else. */
export const boundSeconds = ({ subscribers, quota }: Inputs): number =>
  Math.max(0, subscribers - quota.burst) / quota.perSecond;

/** US dollars, of us-east-1 as of November 2026. The first is for a million messages of up to 32 KB. */
export const PRICES = {
  /** https://aws.amazon.com/api-gateway/pricing/ */
  millionMessages: 1,
  /** https://aws.amazon.com/lambda/pricing/, arm64 */
  gigabyteSecond: 0.0000133334,
  millionInvocations: 0.2,
  /** https://aws.amazon.com/sqs/pricing/ */
  millionQueueCalls: 0.4,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  millionReads: 0.125,
  millionWrites: 0.625,
};
