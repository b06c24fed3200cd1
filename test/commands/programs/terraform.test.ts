import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { runTerraform } from "../../../commands/programs/terraform";

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

test("Terraform goes on to its end when whoever reads what it prints is killed", async () => {
  // It kills the process that started it, prints more than a pipe would hold, and says when it is done.
  const program = path.join(folder, "terraform.mjs");
  const done = path.join(folder, "done");
  play(`
    import fs from "node:fs";
    process.kill(process.ppid, "SIGKILL");
    for (let line = 0; line < 2000; line++) console.log("x".repeat(100));
    fs.writeFileSync("done", "");`);
  const command = path.join(folder, "command.cjs");
  await build({
    stdin: {
      contents: `import { runTerraform } from "./terraform"; runTerraform({ folder: ${JSON.stringify(folder)}, args: [] })`,
      resolveDir: path.resolve(__dirname, "../../../commands/programs"),
    },
    bundle: true,
    platform: "node",
    outfile: command,
  });
  const finished = new Promise<void>((resolve) => {
    const watcher = fs.watch(folder, (_, name) => {
      if (name !== "done") return;
      watcher.close();
      resolve();
    });
  });
  const { signal } = spawnSync(process.execPath, [command], {
    env: { ...process.env, TERRAFORM_BINARY_NAME: program },
  });
  expect(signal).toBe("SIGKILL");
  await finished;
  expect(fs.existsSync(done)).toBe(true);
});

test("a Terraform that is not there is an error that says where it is looked for", async () => {
  process.env.TERRAFORM_BINARY_NAME = path.join(folder, "none");
  await expect(runTerraform({ folder, args: [] })).rejects.toThrow(/cannot be run: .*ENOENT; install Terraform 1.11/);
});
