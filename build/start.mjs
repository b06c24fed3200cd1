// npm start: brings dist/ and cdktf.out up to date and runs the local cloud.
import { execFile, spawnSync } from "node:child_process";
import path from "node:path";
import { dist, root } from "./bundles.mjs";
import { isFresh, isSynthesized } from "./freshness.mjs";

/** Milliseconds between two looks at whether npm is still there. */
const LOOK_EVERY = 500;

/**
 * Ends this process, as Ctrl-C does, when one of these is gone. A process that was killed tells nobody.
 * @param {readonly number[]} processes their ids
 */
function endWith(processes) {
  const look = setInterval(() => {
    try {
      for (const id of processes) process.kill(id, 0);
    } catch {
      clearInterval(look);
      process.kill(process.pid, "SIGTERM");
    }
  }, LOOK_EVERY);
  look.unref();
}

/** Finds npm and the shell that npm runs scripts in; some shells make way for what they run. */
function endWithNpm() {
  const parent = process.ppid;
  // The parent alone is watched on systems without ps, such as Windows.
  execFile("ps", ["-o", "ppid=,comm=", "-p", String(parent)], (error, printed) => {
    const [, grandparent, command = ""] = /^\s*(\d+)\s+(.*)/.exec(printed) ?? [];
    endWith(!error && /sh$/.test(command.trim()) ? [parent, Number(grandparent)] : [parent]);
  });
}

// First of all: npm may be killed at any moment from now on, and whoever looks later no longer finds out who it was.
if (process.env.npm_lifecycle_event === "start") endWithNpm();

// The build runs in a process of its own, whose memory is given back.
if (!(isFresh() && isSynthesized())) {
  const build = [path.join(root, "build.mjs"), "--synth"];
  const { status } = spawnSync(process.execPath, build, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
await import(path.join(dist, "local/main.cjs"));
