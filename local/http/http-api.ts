import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionDefinition, HttpApiDefinition, HttpRouteDefinition } from "../definition/model";
import type { AccessKey } from "../iam/access-keys";
import type { SignatureVerifier } from "../iam/signature";
import { errorText, type InvocationResult } from "../lambda/worker";
import type { Clock } from "../shared/clock";
import { gatewayId, requestTime } from "../shared/identifiers";
import type { AccessLogContext } from "../stage/access-log";
import { Throttle } from "../stage/throttle";
import { corsHeaders, preflightHeaders } from "./cors";
import { hasBody, sendPayload } from "./function-url";
import { readBody, sendJson, splitTarget } from "./messages";
import { payloadEvent, payloadResponse } from "./payload-v2";

/** Bytes of a request; see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BYTES = 10 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export interface HttpApiSettings {
  readonly definition: HttpApiDefinition;
  readonly accountId: string;
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  readonly verifier: SignatureVerifier;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** What a request came to: the status, and what the access log says about it. */
interface Outcome extends AccessLogContext {
  readonly status: number;
}

/** An HTTP API: finds the route, checks throttle and signature, invokes the function. */
export class HttpApi {
  private readonly throttle: Throttle | undefined;

  constructor(private readonly settings: HttpApiSettings) {
    const { definition, clock } = settings;
    this.throttle = definition.stage.limits && new Throttle(definition.stage.limits, clock);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { definition, clock, log } = this.settings;
    const { cors, stage, routes } = definition;
    const { path } = splitTarget(request.url ?? "/");
    const now = clock.now();
    const requestId = gatewayId();
    const headers = ["apigw-requestid", requestId];
    const { origin, "user-agent": userAgent, host } = request.headers;
    const inStage = path.startsWith(`/${stage.name}/`) ? path.slice(stage.name.length + 1) : undefined;
    const route = routes.find((candidate) => candidate.method === request.method && candidate.path === inStage);
    let outcome: Outcome;
    if (cors && inStage !== undefined && request.method === "OPTIONS" && !route) {
      response.writeHead(204, [...headers, ...preflightHeaders(cors, origin)]).end();
      outcome = { status: 204 };
    } else {
      if (cors) headers.push(...corsHeaders(cors, origin));
      const call = { request, response, headers, requestId, now };
      outcome = route ? await this.call(route, call) : this.refuse(call, 404, "Not Found");
    }
    if (stage.accessLog)
      log(
        stage.accessLog.format({
          requestId,
          extendedRequestId: requestId,
          accountId: this.settings.accountId,
          apiId: definition.id,
          stage: stage.name,
          routeKey: route?.key,
          httpMethod: request.method,
          path,
          protocol: `HTTP/${request.httpVersion}`,
          domainName: host,
          requestTime: requestTime(now),
          requestTimeEpoch: now,
          "identity.sourceIp": request.socket.remoteAddress,
          "identity.userAgent": userAgent,
          ...outcome,
        }),
      );
  }

  private async call(route: HttpRouteDefinition, call: Call): Promise<Outcome> {
    const { request, response, requestId, now } = call;
    const { definition, accountId, invoke, clock, hint } = this.settings;
    const body = hasBody(request) ? await readBody(request, MAX_BYTES) : NOTHING;
    if (!body) return this.refuse(call, 413, "Request Entity Too Large");
    if (this.throttle && !this.throttle.admits()) return this.refuse(call, 429, "Too Many Requests");
    const caller = route.authorization === "AWS_IAM" ? this.authorize(route, call, body) : undefined;
    if (caller !== undefined && "refusal" in caller) {
      call.headers.push("x-terrace-hint", caller.refusal);
      hint(`${route.key} answers 403: ${caller.refusal}`);
      return this.refuse(call, 403, "Forbidden");
    }
    const identity = { "identity.userArn": caller?.identity.arn };
    if (!route.permitted) {
      hint(`${route.key} answers 500: ${route.function.name} does not permit this API to invoke it.`);
      return { ...identity, ...this.refuse(call, 500, "Internal Server Error") };
    }
    const event = payloadEvent(request, body, now, {
      accountId,
      apiId: definition.id,
      routeKey: route.key,
      stage: definition.stage.name,
      requestId,
      ...(caller && { authorizer: { iam: iamOf(caller, accountId) } }),
    });
    const started = clock.now();
    const result = await invoke(route.function, event);
    const latency = clock.now() - started;
    const integration = { ...identity, "integration.latency": latency, integrationLatency: latency };
    const answer = result.ok ? payloadResponse(result.json) : undefined;
    // The gateway's CORS rules are the only ones: what the function says about it is dropped.
    const kept = answer && definition.cors ? { ...answer, headers: withoutCors(answer.headers) } : answer;
    if (kept && sendPayload(response, kept, call.headers))
      return {
        ...integration,
        status: kept.status,
        "integration.status": 200,
        responseLength: Buffer.byteLength(kept.body),
      };
    const error = result.ok ? "The function's answer is malformed." : errorText(result);
    return { ...integration, "integration.error": error, ...this.refuse(call, 500, "Internal Server Error") };
  }

  /** Whoever signed the request and may make it, or what stands against it and how to put it right. */
  private authorize(
    route: HttpRouteDefinition,
    { request }: Call,
    body: Buffer,
  ): AccessKey | { readonly refusal: string } {
    const { method = "", url: target = "", rawHeaders } = request;
    const verdict = this.settings.verifier.verify({ method, target, rawHeaders, body });
    if ("refusal" in verdict)
      return { refusal: `${verdict.refusal} Sign it with a local key: npm start prints a curl command that does.` };
    const { executionArn, stage } = this.settings.definition;
    const { identity } = verdict.key;
    const resource = `${executionArn}/${stage.name}/${route.method}${route.path}`;
    if (identity.policy && !identity.policy.allows("execute-api:Invoke", resource))
      return { refusal: `The policy of ${identity.arn} does not allow execute-api:Invoke on ${resource}.` };
    return verdict.key;
  }

  private refuse({ response, headers }: Call, status: number, message: string): Outcome {
    sendJson(response, status, { message }, headers);
    return { status, "error.message": message };
  }
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: string[];
  readonly requestId: string;
  readonly now: number;
}

function iamOf({ accessKeyId, identity }: AccessKey, accountId: string) {
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: identity.userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: identity.arn,
    userId: identity.userId,
  };
}

function withoutCors(headers: readonly string[]): string[] {
  return headers.filter((_, index) => !headers[index - (index % 2)]?.toLowerCase().startsWith("access-control-"));
}
