import fs from "node:fs";
import { SignatureV4 } from "@smithy/signature-v4";
import { readDefinition } from "../../local/definition/definition";
import type { FunctionDefinition } from "../../local/definition/model";
import type { AccessKey } from "../../local/iam/access-keys";
import { readPolicy } from "../../local/iam/policy";
import { SignatureVerifier } from "../../local/iam/signature";
import type { InvocationResult } from "../../local/lambda/invocation";
import { FILE } from "./definition/synthesized";
import type { FakeClock } from "./fake-clock";
import { Sha256 } from "./sha256";

/** The synthesized stack of `development`, as the local cloud reads it. */
export const definition = readDefinition(fs.readFileSync(FILE, "utf8"), FILE);

/** A part of the definition that the stack is known to have. */
export function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error("The synthesized stack lacks a part that the tests need.");
  return part;
}

const identity = (name: string, ...Statement: object[]) => ({
  arn: `arn:aws:sts::000000000000:assumed-role/${name}/${name}`,
  userId: `AROA:${name}`,
  policy: readPolicy(JSON.stringify({ Statement }), name),
});
const key = (name: string, ...statements: object[]): AccessKey => ({
  accessKeyId: `ASIA${name.toUpperCase()}`,
  secretAccessKey: `secret of ${name}`,
  sessionToken: `token of ${name}`,
  identity: identity(name, ...statements),
});
/** Keys of identities that may do everything the gateways ask for, or nothing. */
export const allowed = key("allowed", {
  Effect: "Allow",
  Action: ["execute-api:Invoke", "execute-api:ManageConnections"],
  Resource: "*",
});
export const forbidden = key("forbidden");
export const verifierOf = (clock: FakeClock) =>
  new SignatureVerifier([allowed, forbidden], definition.place.region, "execute-api", clock);

/** The headers of a request, with a signature. */
export async function signed(
  signer: AccessKey,
  request: { readonly method: string; readonly path: string; readonly body?: string | Buffer; readonly port: number },
  clock: FakeClock,
): Promise<string[]> {
  const { accessKeyId, secretAccessKey, sessionToken = "" } = signer;
  const { method, path, body, port } = request;
  const signature = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    region: definition.place.region,
    service: "execute-api",
    sha256: Sha256,
  });
  const { headers } = await signature.sign(
    {
      protocol: "http:",
      hostname: "localhost",
      port,
      method,
      path,
      query: {},
      headers: { host: `localhost:${port}` },
      body,
    },
    { signingDate: new Date(clock.now()) },
  );
  const { host: _, ...rest } = headers;
  return Object.entries(rest).flat();
}

/** Functions that answer what the test says. */
export class FakeFunctions {
  readonly events: { readonly bundle: string; readonly event: Record<string, unknown> }[] = [];
  private readonly answers = new Map<string, InvocationResult | Promise<InvocationResult>>();

  /** Sets the answer of the function with this bundle from now on: a result or, with `ok` false, an error. */
  answer(bundle: string, result: unknown, ok = true): void {
    this.answers.set(bundle, { ok, json: JSON.stringify(result) });
  }

  /** Lets the function's answer wait until the returned function is called with it. */
  hold(bundle: string): (result: unknown) => void {
    const held: { release?: (answer: InvocationResult) => void } = {};
    this.answers.set(
      bundle,
      new Promise((resolve) => {
        held.release = resolve;
      }),
    );
    return (result) => held.release?.({ ok: true, json: JSON.stringify(result) });
  }

  readonly invoke = async ({ bundle }: FunctionDefinition, event: string): Promise<InvocationResult> => {
    this.events.push({ bundle, event: JSON.parse(event) });
    return (await this.answers.get(bundle)) ?? { ok: true, json: '{"statusCode":200}' };
  };
}
