// node --require test/fuzz/report-blocks.cjs PROGRAM: tells the parent process how long the program's event loop was held
// up, as { block: milliseconds, at: epoch milliseconds }, whenever that could be noticed.
//
// On Linux only the time counts in which the main thread ran, so that other programs on a busy machine are not in it.
const fs = require("node:fs");
const { isMainThread } = require("node:worker_threads");

/** Milliseconds between two looks. A block is known to within them. */
const LOOK_EVERY = 5;
/** Milliseconds from which on a block is told. */
const NOTICEABLE = 20;
/** The kernel's account of the main thread: nanoseconds on a processor come first. */
const ACCOUNT = `/proc/self/task/${process.pid}/schedstat`;

/** Returns the milliseconds for which the main thread has run, or all that have passed where nobody counts them. */
function running() {
  if (!fs.existsSync(ACCOUNT)) return performance.now();
  return Number(fs.readFileSync(ACCOUNT, "utf8").split(" ")[0]) / 1e6;
}

if (isMainThread && process.send) {
  // The parent says when the program is up: its start does not count.
  process.once("message", () => {
    let last = running();
    setInterval(() => {
      const now = running();
      const block = now - last;
      last = now;
      if (block >= NOTICEABLE) process.send({ block, at: Date.now() });
    }, LOOK_EVERY).unref();
  });
  process.channel.unref();
}
