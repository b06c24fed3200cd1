// npm run bench: the numbers we defend, each beside its bound. Machines differ and are shared: read the ratios and the CPU
// before the seconds. `node bench/run.mjs NAME…` runs some of them; ROUNDS sets how often each is measured.
//
// cold-start: with RIC_FOLDER, a folder where `npm i aws-lambda-ric@4.0.2 node@24.21.0` was run, it goes through AWS's own
// runtime client on the Node.js the functions deploy to. The client is compiled when it is installed (autoconf, automake,
// libtool, cmake, g++, make, python3, unzip), so it is no dependency of the project.
import { runProgram } from "./program.mjs";
import { synthesis } from "./synthesis.mjs";

const benchmarks = new Map([
  ["start", () => runProgram("bench/start.ts")],
  ["requests", () => runProgram("bench/requests.ts")],
  ["warm", () => runProgram("bench/warm.ts")],
  ["listeners", () => runProgram("bench/listeners.ts")],
  ["broadcast", () => runProgram("bench/broadcast.ts")],
  ["broadcast-simulation", () => runProgram("bench/broadcast-simulation.ts")],
  ["cold-start", () => runProgram("bench/cold-start.ts")],
  ["synthesis", synthesis],
]);

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !benchmarks.has(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}": choose among ${[...benchmarks.keys()].join(", ")}.`);
  process.exit(1);
}
for (const [name, run] of benchmarks) if (asked.length === 0 || asked.includes(name)) await run();
