/** Where a function crashes: at its nth call of another service, before or after that has done its work. */
export interface Crash {
  readonly call: number;
  readonly done: boolean;
}

/** A function's life, which ends with a crash. Whatever it calls then is answered by nobody, and goes no further. */
export class Life {
  isOver = false;
  /** Resolves when it crashes. */
  readonly end: Promise<undefined>;
  private die: () => void = () => undefined;
  private calls = 0;

  constructor(private readonly crash: Crash | undefined) {
    this.end = new Promise((resolve) => {
      this.die = () => resolve(undefined);
    });
  }

  async call<Answer>(perform: () => Promise<Answer>): Promise<Answer> {
    this.calls += 1;
    const isLast = !this.isOver && this.calls === this.crash?.call;
    if (!this.isOver && (!isLast || this.crash?.done)) {
      const answer = await perform();
      if (!isLast) return answer;
    }
    this.isOver = true;
    this.die();
    return new Promise(() => undefined);
  }
}
