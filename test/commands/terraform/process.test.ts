import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { runTerraform } from "../../../commands/terraform/process";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-process-"));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
  delete process.env.TERRAFORM_BINARY_NAME;
});

/** Puts a script in Terraform's place. */
function play(script: string): void {
  const file = path.join(folder, "terraform.mjs");
  fs.writeFileSync(file, `#!/usr/bin/env node\n${script}`, { mode: 0o755 });
  process.env.TERRAFORM_BINARY_NAME = file;
}

test("Terraform is interrupted once, and waited for until it has finished what is under way", async () => {
  // It ends itself after it was interrupted and has heard nothing more for a while.
  play(`
    let count = 0;
    process.on("SIGINT", () => {
      count++;
      setTimeout(() => { console.log("interrupted " + count); process.exit(1); }, 200);
    });
    setInterval(() => undefined, 1000);
    console.log("ready");`);
  const controller = new AbortController();
  const ended = await runTerraform({
    folder,
    args: ["apply"],
    signal: controller.signal,
    onLine: (line) => line === "ready" && controller.abort(),
  });
  expect(ended).toEqual({ status: 1, stdout: "ready\ninterrupted 1", stderr: "" });
});

test("Terraform is in a process group of its own, which neither Ctrl-C nor a closed terminal reaches", async () => {
  play(`
    import { readFileSync } from "node:fs";
    // The fifth field is the group: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const group = process.platform === "linux" ? readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ")[2] : process.pid;
    console.log(Number(group) === process.pid);`);
  expect((await runTerraform({ folder, args: [] })).stdout).toBe("true");
});

test("Terraform goes on to its end and keeps what it made when the command is killed", async () => {
  // It prints a line, waits until the command is gone, prints on, and then writes what stands for the state.
  play(`
    import fs from "node:fs";
    const command = process.ppid;
    console.log("ready");
    const timer = setInterval(() => {
      if (process.ppid === command) return;
      clearInterval(timer);
      // As a program written in Go, it ends here if there is a pipe that nobody reads.
      fs.writeSync(1, "a line that nobody reads\\n");
      fs.renameSync("unsaved", "saved");
    }, 10);`);
  fs.writeFileSync(path.join(folder, "unsaved"), "state");
  const watcher = fs.watch(folder);
  const saved = new Promise<void>((resolve) => watcher.on("change", (_, name) => name === "saved" && resolve()));
  const { outputFiles } = await build({
    stdin: {
      contents: `import { runTerraform } from "./process";
        void runTerraform({ folder: ${JSON.stringify(folder)}, args: ["apply"], onLine: () => process.kill(process.pid, "SIGKILL") });`,
      resolveDir: path.resolve(__dirname, "../../../commands/terraform"),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    write: false,
  });
  const { env } = process;
  const command = spawn(process.execPath, ["--eval", outputFiles[0]?.text ?? ""], { stdio: "inherit", env });
  expect(await once(command, "exit")).toEqual([null, "SIGKILL"]);
  await saved;
  watcher.close();
  expect(fs.readFileSync(path.join(folder, "saved"), "utf8")).toBe("state");
});

test("a Terraform that is not there is an error that says where it is looked for", async () => {
  process.env.TERRAFORM_BINARY_NAME = path.join(folder, "none");
  await expect(runTerraform({ folder, args: [] })).rejects.toThrow(/cannot be run: .*ENOENT; install Terraform 1.11/);
});
