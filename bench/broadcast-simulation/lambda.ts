import type { LambdaContext } from "../../functions/shared/types";
import type { Inputs } from "./inputs";
import type { VirtualTime } from "./virtual-time";

/** An instance of a function. Once it is dead, nothing that it waits for ever comes. */
export interface Instance {
  isAlive: boolean;
}

export interface Invocation {
  readonly instance: Instance;
  readonly context: LambdaContext;
  /** Aborts when two seconds are left. */
  readonly timeToSend: AbortSignal;
}

/** The milliseconds that the functions keep for handing on; the same as in functions/shared/delivery.ts. */
const RESERVE = 2_000;

/** A function: instances that start slowly, are used again, and are stopped when their time is up. */
export class VirtualLambda {
  invocations = 0;
  /** The milliseconds that are paid. */
  billed = 0;
  private warm = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly inputs: Inputs,
    private readonly timeoutSeconds: number,
  ) {}

  /**
   * Invokes the function.
   *
   * @param crashAfter the milliseconds after which the instance ends without a word
   * @returns undefined if it crashed or was stopped
   */
  async invoke<Result>(
    work: (invocation: Invocation) => Promise<Result>,
    crashAfter = Number.POSITIVE_INFINITY,
  ): Promise<Result | undefined> {
    const { time } = this;
    const before = time.now;
    this.invocations += 1;
    if (this.warm > 0) this.warm -= 1;
    else await time.sleep(this.inputs.lambda.coldStart);
    const instance: Instance = { isAlive: true };
    const end = time.now + this.timeoutSeconds * 1_000;
    const reserve = new AbortController();
    time.after(end - time.now - RESERVE, () => reserve.abort());
    const stopped = new Promise<undefined>((resolve) => {
      time.after(Math.min(crashAfter, end - time.now), () => {
        instance.isAlive = false;
        resolve(undefined);
      });
    });
    const context = { awsRequestId: String(this.invocations), getRemainingTimeInMillis: () => end - time.now };
    const result = await Promise.race([work({ instance, context, timeToSend: reserve.signal }), stopped]);
    this.billed += time.now - before;
    if (instance.isAlive) this.warm += 1;
    // Calls that are still under way end with the invocation: nobody would hear of them.
    return result;
  }
}
