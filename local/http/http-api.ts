import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionDefinition, HttpApiDefinition, HttpRouteDefinition } from "../definition/model";
import type { AccessKey } from "../iam/access-keys";
import type { SignatureVerifier } from "../iam/signature";
import { errorText, fitsPayload, type InvocationResult } from "../lambda/invocation";
import type { Clock } from "../shared/clock";
import { gatewayId, requestTime } from "../shared/identifiers";
import type { AccessLogContext } from "../stage/access-log";
import { Throttles } from "../stage/throttles";
import { corsHeaders, preflightHeaders } from "./cors";
import { percentDecoded, readBody, sendJson, splitTarget } from "./messages";
import { payloadEvent } from "./payload-event";
import { payloadResponse, sendPayloadResponse } from "./payload-response";

/** The most bytes of a body; see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface HttpApiSettings {
  readonly definition: HttpApiDefinition;
  readonly accountId: string;
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  readonly verifier: SignatureVerifier;
  readonly clock: Clock;
  /** Takes the lines of the access log. */
  readonly log: (line: string) => void;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

/** The status of a response and the values that it adds to the access log. */
interface Outcome extends AccessLogContext {
  readonly status: number;
}

/** Serves an HTTP API: finds the route, checks throttle and signature, and invokes the function. */
export class HttpApi {
  private readonly throttles: Throttles;

  constructor(private readonly settings: HttpApiSettings) {
    const { definition, clock } = settings;
    this.throttles = new Throttles(definition.stage, clock);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { definition, clock, log, accountId } = this.settings;
    const { cors, stage } = definition;
    const now = clock.now();
    const requestId = gatewayId();
    const headers = ["apigw-requestid", requestId];
    const { origin, "user-agent": userAgent, host } = request.headers;
    const { path: sentPath } = splitTarget(request.url ?? "/");
    const path = decodedPath(sentPath);
    const inStage = path?.startsWith(`/${stage.name}/`) ? path.slice(stage.name.length + 1) : undefined;
    const route = definition.routes.find(
      (candidate) => candidate.method === request.method && candidate.path === inStage,
    );
    let outcome: Outcome;
    if (cors && inStage !== undefined && request.method === "OPTIONS" && !route) {
      response.writeHead(204, [...headers, ...preflightHeaders(cors, origin)]).end();
      outcome = { status: 204 };
    } else {
      if (cors) headers.push(...corsHeaders(cors, origin));
      const call = { request, response, headers, requestId, now, path: path ?? sentPath };
      if (path === undefined) outcome = this.refuse(call, 400, "Bad Request");
      else outcome = route ? await this.call(route, call) : this.refuse(call, 404, "Not Found");
    }
    if (stage.accessLog)
      log(
        stage.accessLog.format({
          requestId,
          extendedRequestId: requestId,
          accountId,
          apiId: definition.id,
          stage: stage.name,
          routeKey: route?.key,
          httpMethod: request.method,
          path: path ?? sentPath,
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
    const { clock, hint, invoke } = this.settings;
    const body = await readBody(call.request, MAX_BODY_BYTES);
    if (!body) return this.refuse(call, 413, "Request Entity Too Large");
    if (!this.throttles.admits(route.key)) return this.refuse(call, 429, "Too Many Requests");
    const caller = route.authorization === "AWS_IAM" ? this.authorize(route, call, body) : undefined;
    if (caller !== undefined && "refusal" in caller) {
      call.headers.push("x-terrace-hint", caller.refusal);
      hint(`${route.key} answers 403: ${caller.refusal}`);
      return this.refuse(call, 403, "Forbidden");
    }
    const identity = { "identity.userArn": caller?.identity.arn };
    if (!route.permitted()) {
      hint(`${route.key} answers 500: ${route.function.name} does not permit this API to invoke it.`);
      return { ...identity, ...this.refuse(call, 500, "Internal Server Error") };
    }
    const event = this.event(route, call, body, caller);
    if (!fitsPayload(event)) return { ...identity, ...this.refuse(call, 413, "Request Entity Too Large") };
    const started = clock.now();
    const result = await invoke(route.function, event);
    const latency = clock.now() - started;
    const integration = { ...identity, "integration.latency": latency, integrationLatency: latency };
    return { ...integration, ...this.respond(call, result) };
  }

  private event({ key }: HttpRouteDefinition, call: Call, body: Buffer, caller: AccessKey | undefined): string {
    const { definition, accountId } = this.settings;
    const { request, now, requestId, path } = call;
    return payloadEvent(request, body, now, {
      accountId,
      apiId: definition.id,
      routeKey: key,
      stage: definition.stage.name,
      requestId,
      rawPath: path,
      path,
      source: "http-api",
      ...(caller && { authorizer: { iam: iamOf(caller, accountId) } }),
    });
  }

  private respond(call: Call, result: InvocationResult): Outcome {
    const delivered = result.ok && fitsPayload(result.json);
    const answer = delivered ? payloadResponse(result.json) : undefined;
    // The gateway's CORS rules are the only ones: the CORS headers of the function are dropped.
    const kept = answer && this.settings.definition.cors ? { ...answer, headers: withoutCors(answer.headers) } : answer;
    if (kept && sendPayloadResponse(call.response, kept, call.headers))
      return { status: kept.status, "integration.status": 200, responseLength: Buffer.byteLength(kept.body) };
    const malformed = delivered ? "The function's answer is malformed." : "The function's answer is larger than 6 MB.";
    const error = result.ok ? malformed : errorText(result);
    return { "integration.error": error, ...this.refuse(call, 500, "Internal Server Error") };
  }

  /** Returns the key of a caller who may call the route, or one sentence for the developer about why not. */
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
  readonly path: string;
}

/**
 * Decodes a path as HTTP APIs do before they look for a route: twice, with whatever follows a question mark after the
 * first time cut off. The ten recordings in vokerhttp/testdata/ingress-paths.json of https://github.com/hotsock/voker
 * show that, and that a path which cannot be decoded the second time is rejected.
 */
function decodedPath(path: string): string | undefined {
  const once = percentDecoded(path);
  return once === undefined ? undefined : percentDecoded(splitTarget(once).path);
}

/** Returns the caller of a signed request as the event shows it. */
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
