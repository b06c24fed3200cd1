import { runTerrace } from "./program";

// Node.js ignores the signal of a pipe whose reader went away, and then every write fails.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.emit("SIGPIPE", "SIGPIPE");
});
void runTerrace(process.argv.slice(2));
