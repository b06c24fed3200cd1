import type { IncomingMessage } from "node:http";
import type { Identity } from "./access-keys";
import type { Refusal, SignatureVerifier } from "./signature";

/** Finds out who sent a request to an AWS service. */
export type Authenticate = (request: IncomingMessage, body: Buffer) => Authentication;

/** The identity that signed a request, or the error that the service answers with. */
type Authentication = { readonly identity: Identity } | { readonly error: AuthenticationError };

export interface AuthenticationError {
  readonly type: string;
  readonly message: string;
}

/**
 * AWS's errors by the reason of the refusal; see
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const authenticationErrors: Readonly<Record<Refusal["reason"], AuthenticationError>> = {
  missing: { type: "MissingAuthenticationTokenException", message: "Request is missing Authentication Token" },
  unknown: {
    type: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
  },
  invalid: {
    type: "InvalidSignatureException",
    message:
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access " +
      "Key and signing method. Consult the service documentation for details.",
  },
};

/**
 * Authenticates requests by their signature, as AWS's services do.
 *
 * @param hint tells the developer why a request was refused, since AWS's messages say little
 */
export function authenticateBySignature(
  verifier: Pick<SignatureVerifier, "verify">,
  hint: (text: string) => void,
): Authenticate {
  return ({ method = "", url: target = "", rawHeaders, headers }, body) => {
    const verdict = verifier.verify({ method, target, rawHeaders, body });
    if ("key" in verdict) return { identity: verdict.key.identity };
    const operation = String(headers["x-amz-target"] ?? "A request");
    hint(`${operation} is refused: ${verdict.refusal} Sign it with a local key: credentials.json has yours.`);
    return { error: authenticationErrors[verdict.reason] };
  };
}

/** Returns what a fault needs to know of a caller: the name of the function, or of the user, and the trace it belongs to. */
export function callOf({ headers }: IncomingMessage, { arn }: Identity) {
  const traceId = headers["x-amzn-trace-id"];
  return { function: arn.slice(arn.lastIndexOf("/") + 1), traceId: typeof traceId === "string" ? traceId : undefined };
}
