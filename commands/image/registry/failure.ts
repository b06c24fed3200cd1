import { CommandError } from "../../errors/command-error";

/** What a registry answered instead of what was asked of it. */
export class RegistryFailure extends CommandError {
  readonly status: number;
  /** The registry's own word for it, such as `NAME_UNKNOWN`; empty if it gave none. */
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly passes: boolean;
  /** Seconds the registry asks to wait; 0 if it does not say. */
  readonly retryAfter: number;

  constructor(answer: {
    readonly what: string;
    readonly status: number;
    readonly body: string;
    readonly retryAfter?: string | undefined;
  }) {
    const { code, message } = firstError(answer.body);
    const said = [code, message].filter(Boolean).join(": ");
    super({
      subject: answer.what,
      mistake: `was refused with ${answer.status}${said === "" ? "" : ` (${said})`}`,
      remedy: REMEDIES[answer.status] ?? "run the command again; what was sent already is not sent again",
    });
    this.name = "RegistryFailure";
    this.status = answer.status;
    this.code = code;
    // An upload that the registry does not know any more is begun anew.
    this.passes = [408, 429, 500, 502, 503, 504].includes(answer.status) || code === "BLOB_UPLOAD_UNKNOWN";
    this.retryAfter = Number(answer.retryAfter) || 0;
  }
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: "sign in to the account that owns the repository",
  403: "sign in to the account that owns the repository, with the rights to push images (docs/deploy.md)",
  404: "check that it exists: `cdktf deploy <environment>-ecr` makes an environment's repository",
};

/** Returns the first error of an answer in the form of https://github.com/opencontainers/distribution-spec */
function firstError(body: string): { readonly code: string; readonly message: string } {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  try {
    const { errors }: { errors?: readonly { readonly code?: unknown; readonly message?: unknown }[] } =
      JSON.parse(body) ?? {};
    return { code: text(errors?.[0]?.code), message: text(errors?.[0]?.message) };
  } catch {
    // Something between us and the registry answered, such as a proxy.
    return { code: "", message: body.slice(0, 200).trim() };
  }
}
