import net from "node:net";
import path from "node:path";
import readline from "node:readline";
import type { TerraformPlayer } from "./terraform";

/** A player of Terraform for commands in processes of their own, which can do no other than run a program. */
export interface TerraformProgram {
  /** To be given to those processes. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Makes a player answer the program `terraform.bash`. */
export async function serveTerraform(player: TerraformPlayer): Promise<TerraformProgram> {
  const server = net.createServer((socket) => {
    const words: string[] = [];
    const interruption = new AbortController();
    // Whoever is killed does not wait for an answer.
    socket.on("error", () => socket.destroy());
    readline.createInterface({ input: socket }).on("line", async (line) => {
      if (line === "interrupt") return interruption.abort();
      if (line !== "") return void words.push(line);
      const [folder = "", ...args] = words;
      const status = await player.play({
        folder,
        args,
        signal: interruption.signal,
        print: (text) => void socket.write(`> ${text}\n`),
        complain: (text) => void socket.write(`! ${text}\n`),
      });
      socket.end(status === undefined ? "kill\n" : `exit ${status}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    variables: { TERRAFORM_BINARY_NAME: path.join(__dirname, "terraform.bash"), TERRAFORM_PLAYER: String(port) },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
