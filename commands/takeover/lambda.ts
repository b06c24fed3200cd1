import {
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  type LambdaClient,
  paginateListEventSourceMappings,
} from "@aws-sdk/client-lambda";
import type { Sought } from "./definition";
import { type Find, found, orAbsent } from "./finding";

/** Looks for functions and what belongs to one. */
export function lambdaFinders(client: LambdaClient): Readonly<Record<string, Find>> {
  /** Looks for something that a function has one of, and that bears its name. */
  const ofFunction =
    (get: (FunctionName: string) => Promise<unknown>): Find =>
    async (sought) => {
      const name = sought.text("function_name");
      return name !== undefined && (await orAbsent(get(name))) !== undefined ? found(name) : undefined;
    };
  return {
    aws_lambda_function: ofFunction((FunctionName) => client.send(new GetFunctionCommand({ FunctionName }))),
    aws_lambda_function_url: ofFunction((FunctionName) =>
      client.send(new GetFunctionUrlConfigCommand({ FunctionName })),
    ),
    aws_lambda_function_event_invoke_config: ofFunction((FunctionName) =>
      client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })),
    ),
    aws_lambda_permission: async (sought) => {
      const [name, sid] = [sought.text("function_name"), sought.text("statement_id")];
      if (name === undefined || sid === undefined) return undefined;
      const answer = await orAbsent(client.send(new GetPolicyCommand({ FunctionName: name })));
      const { Statement }: { readonly Statement: readonly { readonly Sid?: string }[] } = JSON.parse(
        answer?.Policy ?? '{"Statement":[]}',
      );
      return Statement.some(({ Sid }) => Sid === sid) ? found(sid, `${name}/${sid}`) : undefined;
    },
    aws_lambda_event_source_mapping: async (sought) => {
      const name = functionOf(sought);
      const source = sourceOf(sought);
      if (name === undefined || source === undefined) return undefined;
      for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, {}))
        for (const { UUID, EventSourceArn = "", FunctionArn = "" } of EventSourceMappings)
          if (UUID && source.test(EventSourceArn) && FunctionArn.endsWith(`:function:${name}`)) return found(UUID);
      return undefined;
    },
  };
}

/** A mapping may name its function by the ARN, which a definition refers to. */
function functionOf(sought: Sought): string | undefined {
  const address = sought.reference("function_name");
  return address === undefined ? sought.text("function_name") : sought.other(address)?.text("function_name");
}

/** Matches the ARN of a queue or of a table's stream; a stream's ends with a date that only AWS knows. */
function sourceOf(sought: Sought): RegExp | undefined {
  const name = sought.other(sought.reference("event_source_arn") ?? "")?.text("name");
  return name === undefined ? undefined : new RegExp(`:(table/${name}/stream/.*|${name})$`);
}
