import type { Sender, SendOutcome } from "../../domain/delivery/sender";
import type { Clients } from "./clients";
import type { Inputs } from "./inputs";
import type { Instance } from "./lambda";
import { normal } from "./random";
import type { VirtualTime } from "./virtual-time";

/** The milliseconds after which a send that gets no answer is given up: what the functions' sender allows. */
const DEADLINE = 2_000;

/** `@connections` of an account: a token bucket before it, and clients behind it. */
export class Gateway {
  calls = 0;
  /** The calls that the account's quota refused. */
  throttled = 0;
  private tokens: number;
  private filledAt = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly clients: Clients,
    private readonly inputs: Inputs,
    private readonly random: () => number,
  ) {
    this.tokens = inputs.quota.burst;
  }

  /** Creates the sender of one instance, whose CPU does one thing after the other. */
  senderOf(instance: Instance): Sender {
    const { time } = this;
    const { cpuPerSend, memoryMegabytes } = this.inputs.lambda;
    const cpu = cpuPerSend / Math.min(1, memoryMegabytes / 1_769);
    const underWay = new Set<(outcome: SendOutcome) => void>();
    const heard = new WeakSet<AbortSignal>();
    let isFreeAt = 0;
    return {
      send: (connectionId, _, signal) => {
        if (signal.aborted) return Promise.resolve("unavailable");
        if (!heard.has(signal)) {
          heard.add(signal);
          signal.addEventListener("abort", () => {
            for (const answer of underWay) answer("unavailable");
          });
        }
        return new Promise((resolve) => {
          isFreeAt = Math.max(isFreeAt, time.now) + cpu;
          const { outcome, after } = this.answer(connectionId, isFreeAt);
          const answer = (answered: SendOutcome) => {
            if (underWay.delete(answer) && instance.isAlive) resolve(answered);
          };
          underWay.add(answer);
          time.after(isFreeAt - time.now + after, () => answer(outcome));
        });
      },
    };
  }

  /** Decides what becomes of a call, and after how many milliseconds its answer comes. */
  private answer(connectionId: string, at: number): { readonly outcome: SendOutcome; readonly after: number } {
    const { answer, faults } = this.inputs;
    this.calls += 1;
    if (!this.take(at)) {
      this.throttled += 1;
      return { outcome: "throttled", after: answer.throttled };
    }
    const after = answer.median * Math.exp(answer.spread * normal(this.random));
    if (this.clients.isGone(connectionId)) return { outcome: "gone", after };
    const fate = this.random();
    if (fate < faults.slowClient) return { outcome: "throttled", after };
    if (fate < faults.slowClient + faults.hang) return { outcome: "unavailable", after: DEADLINE };
    this.clients.receive(connectionId, at + after);
    return { outcome: "delivered", after };
  }

  private take(at: number): boolean {
    const { perSecond, burst } = this.inputs.quota;
    if (at > this.filledAt) {
      this.tokens = Math.min(burst, this.tokens + ((at - this.filledAt) * perSecond) / 1_000);
      this.filledAt = at;
    }
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
