/** A class of commands of the SDK, such as `GetRoleCommand`. */
type CommandClass<Input, Output> = new (
  input: never,
) => {
  readonly input: Input;
  resolveMiddleware(...parts: never): (args: never) => Promise<{ readonly output: Output }>;
};

/** As much of an answer as a test needs. */
type Part<Of> = Of extends Date | string | number | boolean | undefined
  ? Of
  : Of extends readonly (infer Member)[]
    ? readonly Part<Member>[]
    : { readonly [Key in keyof Of]?: Part<Of[Key]> | undefined };

/** What ours ask with: the SDK's types have every member be undefined. */
type Given<Input> = { readonly [Key in keyof Input]-?: NonNullable<Input[Key]> };

/** What a command is answered, or how by its input; what that throws is the SDK's error. */
type Answer<Input, Output> = Part<Output> | ((input: Given<Input>) => Part<Output>);

/** Plays every client of a class of the SDK: nothing is sent. Call `restore` after the test, or play for the whole file. */
export class PlayedClient {
  /** The inputs that commands came with, and the names of their classes. */
  readonly calls: { readonly name: string; readonly input: object }[] = [];
  private readonly answers = new Map<unknown, (input: never) => unknown>();

  constructor(private readonly Client: { readonly prototype: object }) {
    Reflect.set(Client.prototype, "send", async (command: { readonly input: object }) => {
      const { name } = command.constructor;
      this.calls.push({ name, input: command.input });
      const answer = this.answers.get(command.constructor);
      if (answer === undefined) throw new Error(`${name} is not played`);
      return answer(command.input as never);
    });
  }

  /** Answers a command from now on. */
  on<Input, Output>(Command: CommandClass<Input, Output>, answer: Answer<Input, Output>): this {
    this.answers.set(Command, answer instanceof Function ? answer : () => answer);
    return this;
  }

  /** Forgets answers and calls. */
  reset(): void {
    this.answers.clear();
    this.calls.length = 0;
  }

  /** Lets clients send again. */
  restore(): void {
    Reflect.deleteProperty(this.Client.prototype, "send");
  }
}
