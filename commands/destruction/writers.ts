import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import type { Plan } from "../../review/plan/plan";
import { isLost, ofType } from "../../review/plan/plan";
import { pick, text, type Value } from "../../review/plan/value";
import type { AwsSettings } from "../aws/account";

/** A function that may write to the tables. */
export interface Writer {
  readonly name: string;
  /** The seconds for which a call may still run after the function was stopped. */
  readonly timeoutSeconds: number;
  /** The concurrency that is reserved for it; undefined if none is. */
  readonly reserved: number | undefined;
}

/** Returns the functions that a plan deletes. */
export function writersIn(plan: Plan): Writer[] {
  return ofType(plan, "aws_lambda_function")
    .filter(isLost)
    .flatMap(({ before }) => {
      const name = text(before, "function_name");
      const reserved = number(before, "reserved_concurrent_executions") ?? -1;
      if (name === undefined) return [];
      // Lambda's own default is three seconds.
      const timeoutSeconds = number(before, "timeout") ?? 3;
      // 0 was left by a destruction that was killed, and Terraform writes -1 if nothing is reserved.
      return [{ name, timeoutSeconds, reserved: reserved <= 0 ? undefined : reserved }];
    });
}

/** Lets no function start any more. Those that run go on to their end. A deployment starts them again. */
export function stopWriters(settings: AwsSettings, writers: readonly Writer[]): Promise<void> {
  return forEach(settings, writers, (FunctionName) => [
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
  ]);
}

/** Undoes `stopWriters`. */
export function startWriters(settings: AwsSettings, writers: readonly Writer[]): Promise<void> {
  return forEach(settings, writers, (FunctionName, reserved) =>
    reserved === undefined
      ? [new DeleteFunctionConcurrencyCommand({ FunctionName })]
      : [new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved })],
  );
}

async function forEach(
  settings: AwsSettings,
  writers: readonly Writer[],
  commandsFor: (
    name: string,
    reserved: number | undefined,
  ) => (PutFunctionConcurrencyCommand | DeleteFunctionConcurrencyCommand)[],
): Promise<void> {
  const client = new LambdaClient({ ...settings });
  try {
    for (const { name, reserved } of writers)
      for (const command of commandsFor(name, reserved))
        try {
          await (command instanceof PutFunctionConcurrencyCommand ? client.send(command) : client.send(command));
        } catch (error) {
          // An earlier run deleted it, and who is gone writes nothing.
          if (!(error instanceof ResourceNotFoundException)) throw error;
        }
  } finally {
    client.destroy();
  }
}

function number(value: Value, path: string): number | undefined {
  const found = pick(value, path);
  return typeof found === "number" ? found : undefined;
}
