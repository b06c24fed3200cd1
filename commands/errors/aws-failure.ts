import { CommandError, type Fault } from "./command-error";

/** What AWS's SDK tells of a failure, by whichever service. */
interface SdkFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

const SIGN_IN = "sign in to the environment's account (aws sso login, AWS_PROFILE), and try again";

const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|NoCredentialsError)$/;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired|SSOTokenProviderFailure)$/;
const INVALID =
  /^(InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|UnrecognizedClientException|AuthFailure)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|Forbidden|403)$/;
const UNREACHABLE = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError)$/;

/** Tells whether AWS refused a call because of the caller's rights. */
export function isDenied(error: unknown): boolean {
  if (!isSdkFailure(error) || EXPIRED.test(error.name) || INVALID.test(error.name)) return false;
  return DENIED.test(error.name) || error.$metadata?.httpStatusCode === 403;
}

/** Returns the error that a person is shown for a failure of the SDK; undefined if it is none, or one that nobody expects. */
export function awsFailure(error: unknown): CommandError | undefined {
  if (!isSdkFailure(error)) return undefined;
  const fault = faultOf(error);
  return fault && new CommandError({ ...fault, cause: error });
}

function faultOf(failure: SdkFailure): Fault | undefined {
  const { name, message, code } = failure;
  if (NO_CREDENTIALS.test(name))
    return { subject: "AWS credentials", mistake: `cannot be loaded (${message})`, remedy: SIGN_IN };
  if (EXPIRED.test(name)) return { subject: "AWS credentials", mistake: "have expired", remedy: SIGN_IN };
  if (INVALID.test(name)) return { subject: "AWS credentials", mistake: `are not valid (${name})`, remedy: SIGN_IN };
  if (isDenied(failure))
    return {
      subject: "AWS permissions",
      mistake: `do not suffice: ${message}`,
      remedy: "use the role that `terrace bootstrap` made for this, or see docs/bootstrap.md for the rights it takes",
    };
  if (UNREACHABLE.test(name) || (typeof code === "string" && UNREACHABLE.test(code)))
    return {
      subject: "AWS",
      mistake: `cannot be reached: ${message || code}`,
      remedy: "check the network, the environment's region and any AWS_ENDPOINT_URL, and try again",
    };
  if (failure.$metadata === undefined) return undefined;
  const request = failure.$metadata.requestId;
  return {
    subject: "AWS",
    mistake: `answered ${name}: ${message}`,
    remedy: `try again, or ask AWS's support${request === undefined ? "" : ` about request ${request}`}`,
  };
}

function isSdkFailure(error: unknown): error is SdkFailure {
  if (!(error instanceof Error) || error instanceof CommandError) return false;
  const { code } = error as { code?: unknown };
  return (
    "$metadata" in error || NO_CREDENTIALS.test(error.name) || (typeof code === "string" && UNREACHABLE.test(code))
  );
}
