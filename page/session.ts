/** The addresses of the platform. */
export interface Addresses {
  readonly api: string;
  readonly websocket: string;
}

/** The name that a window signs in with is kept for that window, so that two windows can be two people. */
const NAME = "terrace-name";
/** Milliseconds before its end at which a token is replaced. */
const EARLY = 300_000;

interface Token {
  readonly text: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Gets a token of the local cloud, which issues them for anyone. */
async function tokenFor(name: string): Promise<Token> {
  const response = await fetch("/_local/tokens", { method: "POST", body: JSON.stringify({ uid: name }) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return { text: answer.token, until: Date.now() + answer.expires_in * 1_000 - EARLY };
}

/** The one who is signed in in this window, or nobody. */
export class Session {
  private token: Token | undefined;

  constructor(private readonly addresses: Addresses) {}

  get name(): string | undefined {
    return sessionStorage.getItem(NAME) ?? undefined;
  }

  /** @throws Error if nobody can have that name */
  async signIn(name: string): Promise<void> {
    this.token = await tokenFor(name);
    sessionStorage.setItem(NAME, name);
  }

  signOut(): void {
    this.token = undefined;
    sessionStorage.removeItem(NAME);
  }

  /** Returns an ID token; nothing if nobody is signed in. */
  async idToken(): Promise<string | undefined> {
    const { name } = this;
    if (name === undefined) return undefined;
    if (!this.token || this.token.until < Date.now()) this.token = await tokenFor(name);
    return this.token.text;
  }

  /** Asks the API for something. @throws Error with what the API says is wrong */
  async ask(method: string, path: string, body?: object): Promise<unknown> {
    const token = await this.idToken();
    const response = await fetch(`${this.addresses.api}/api/v1${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.status === 204) return undefined;
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? answer.title ?? `The API answered ${response.status}.`);
    return answer;
  }
}
