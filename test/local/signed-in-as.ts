import type { LocalCloud } from "../../local/local-cloud";

/** The header that proves who a user of the local cloud is. */
export async function signedInAs(uid: string, { tokensUrl }: LocalCloud): Promise<{ readonly authorization: string }> {
  const options = { method: "POST", headers: { accept: "text/plain" }, body: JSON.stringify({ uid }) };
  const token = await (await fetch(String(tokensUrl), options)).text();
  return { authorization: `Bearer ${token}` };
}
