// Calls built bundles as Lambda does, in whatever Node.js runs this. Reads from standard input a list of
// { bundle, event }, calls them one after the other, and prints { version, answers } as the last line.
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../dist");
const context = { awsRequestId: "lambda-1", getRemainingTimeInMillis: () => 600_000 };

/** @type {{ bundle: string, event: unknown }[]} */
const calls = JSON.parse(await text(process.stdin));
const answers = [];
for (const { bundle, event } of calls) {
  const { handler } = await import(pathToFileURL(path.join(dist, bundle)).href);
  answers.push(await handler(event, context));
}
process.stdout.write(`\n${JSON.stringify({ version: process.version, answers })}\n`, () => process.exit(0));
