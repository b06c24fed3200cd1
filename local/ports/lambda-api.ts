import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionDefinition } from "../definition/model";
import { percentDecoded, readBody, sendJson, splitTarget } from "../http/messages";
import type { Authenticate } from "../iam/authentication";
import { denial } from "../iam/permissions";
import { type InvocationResult, MAX_PAYLOAD_BYTES } from "../lambda/invocation";

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export interface LambdaApiSettings {
  readonly functions: readonly FunctionDefinition[];
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  readonly authenticate: Authenticate;
}

/**
 * Serves the one operation of Lambda's API that is emulated: Invoke, for callers who wait for the result.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export class LambdaApi {
  constructor(private readonly settings: LambdaApiSettings) {}

  /** Returns whether a request is for Lambda, which shares its port with DynamoDB. */
  serves({ url = "" }: IncomingMessage): boolean {
    return INVOCATIONS.test(splitTarget(url).path);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, type: string, Message: string) =>
      sendJson(response, status, { Type: "User", Message }, ["x-amzn-errortype", type]);
    const body = await readBody(request, MAX_PAYLOAD_BYTES);
    if (!body) return refuse(413, "RequestTooLargeException", `The event is larger than ${MAX_PAYLOAD_BYTES} bytes.`);
    const caller = this.settings.authenticate(request, body);
    if ("error" in caller) return refuse(403, caller.error.type, caller.error.message);
    const [, named = ""] = INVOCATIONS.exec(splitTarget(request.url ?? "").path) ?? [];
    const wanted = percentDecoded(named) ?? "";
    const target = this.settings.functions.find(({ name, arn }) => [name, arn].includes(wanted));
    const denied = denial(caller.identity, [{ action: "lambda:InvokeFunction", resource: target?.arn ?? "*" }]);
    if (denied !== undefined) return refuse(403, "AccessDeniedException", denied);
    if (!target) return refuse(404, "ResourceNotFoundException", `Function not found: ${wanted}`);
    const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    if (type !== "RequestResponse")
      return refuse(400, "InvalidParameterValueException", `The invocation type ${String(type)} is not emulated.`);
    const { ok, json } = await this.settings.invoke(target, body.length === 0 ? "{}" : body.toString());
    response.writeHead(200, [
      ...["content-type", "application/json", "x-amz-executed-version", "$LATEST"],
      ...(ok ? [] : ["x-amz-function-error", "Unhandled"]),
    ]);
    response.end(json);
  }
}
