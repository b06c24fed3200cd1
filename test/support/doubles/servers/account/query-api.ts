/** AWS's query protocol, from the server's side: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */

type Value = string | readonly Value[] | { readonly [name: string]: Value };
export interface QueryCall {
  readonly action: string;
  readonly input: Readonly<Record<string, Value>>;
}

interface Node {
  [name: string]: string | Node;
}

/** Reads a call from a form: `Tags.member.1.Key=a` is the first tag's key. */
export function readCall(form: string): QueryCall {
  const tree: Node = {};
  for (const [name, value] of new URLSearchParams(form)) {
    const steps = name.split(".");
    const last = steps.pop() ?? "";
    let node = tree;
    for (const step of steps) {
      const next = node[step];
      node = typeof next === "object" ? next : addTo(node, step);
    }
    node[last] = value;
  }
  const { Action: action, Version: _, ...input } = tree;
  return { action: String(action), input: Object.fromEntries(Object.entries(input).map(([k, v]) => [k, valueIn(v)])) };
}

function addTo(node: Node, step: string): Node {
  const added: Node = {};
  node[step] = added;
  return added;
}

function valueIn(node: string | Node): Value {
  if (typeof node === "string") return node;
  const { member } = node;
  if (typeof member === "object") return Object.values(member).map(valueIn);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, valueIn(value)]));
}

/** Writes the answer to a call. */
export function answerXml(action: string, output: unknown): string {
  return `<${action}Response><${action}Result>${xmlOf(output)}</${action}Result></${action}Response>`;
}

/** Writes the answer to `GetCallerIdentity` for a user of an account. */
export const callerXml = (account: string): string =>
  answerXml("GetCallerIdentity", { Arn: `arn:aws:iam::${account}:user/jane`, UserId: "AIDA", Account: account });

/** Writes an error. */
export function errorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`;
}

function xmlOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map((member) => `<member>${xmlOf(member)}</member>`).join("");
  if (typeof value !== "object") return escaped(String(value));
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${xmlOf(inner)}</${name}>`)
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
