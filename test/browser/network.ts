import net from "node:net";

/** A way from a browser to one port of this machine, which can fail as networks do. */
export class Network {
  private readonly pairs = new Set<readonly [net.Socket, net.Socket]>();
  private state: "up" | "silent" | "cut" = "up";

  private constructor(
    private readonly server: net.Server,
    readonly port: number,
  ) {}

  static async to(target: number): Promise<Network> {
    const server = net.createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
    });
    const network = new Network(server, port);
    server.on("connection", (near) => network.join(near, target));
    return network;
  }

  /** Loses everything from now on without a word: connections stay open, and nothing gets through them any more. */
  goSilent(): void {
    this.state = "silent";
    for (const [near, far] of this.pairs) {
      near.unpipe(far);
      far.unpipe(near);
    }
  }

  /** Ends every connection, and new ones at once. */
  cut(): void {
    this.state = "cut";
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  /** Lets new connections through. Those that were lost stay so. */
  comeBack(): void {
    this.state = "up";
  }

  async stop(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: net.Socket, target: number): void {
    const far = net.connect(target, "127.0.0.1");
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      // Where one side ends, the other one has to know.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        this.pairs.delete(pair);
        if (this.state !== "silent") for (const other of pair) other.destroy();
      });
    }
    if (this.state === "cut") near.destroy();
    if (this.state !== "up") return;
    near.pipe(far);
    far.pipe(near);
  }
}
