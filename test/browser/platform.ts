import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

/** The program of `npm start`, which can be stopped and started again on its ports and its data. */
export class LocalPlatform {
  private child: ChildProcess | undefined;
  private ports = { api: "0", gateway: "0", dynamodb: "0" };

  constructor(private readonly data: string) {}

  get gatewayPort(): number {
    return Number(this.ports.gateway);
  }

  get apiPort(): number {
    return Number(this.ports.api);
  }

  async start(): Promise<void> {
    const { api, gateway, dynamodb } = this.ports;
    const child = spawn(process.execPath, ["dist/local/main.cjs"], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        TERRACE_DATA: this.data,
        ...{ TERRACE_API_PORT: api, TERRACE_GATEWAY_PORT: gateway, TERRACE_DYNAMODB_PORT: dynamodb },
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child = child;
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    while (!printed.includes("Ctrl-C stops.")) {
      await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
      if (child.exitCode !== null) throw new Error(`The local cloud ended:\n${printed}`);
    }
    const portOf = (row: string) => new RegExp(`^ +${row} +\\w+://localhost:(\\d+)`, "m").exec(printed)?.[1] ?? "";
    this.ports = { api: portOf("API"), gateway: portOf("WebSocket"), dynamodb: portOf("DynamoDB") };
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }

  /** Asks the API for something as a user, as another program would. */
  async ask(name: string, method: string, target: string, body?: object): Promise<{ readonly id: string }> {
    const tokens = `http://localhost:${this.gatewayPort}/_local/tokens`;
    const headers = { accept: "text/plain" };
    const token = await (await fetch(tokens, { method: "POST", headers, body: JSON.stringify({ uid: name }) })).text();
    const response = await fetch(`http://localhost:${this.apiPort}/api/v1${target}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    if (!response.ok) throw new Error(`${method} ${target} was answered with ${response.status}.`);
    return response.status === 204 ? { id: "" } : ((await response.json()) as { readonly id: string });
  }
}
