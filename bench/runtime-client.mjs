// Stands in for AWS's runtime client where that is not installed: takes one event after the other from the Runtime API,
// calls `handler` of the index.mjs in LAMBDA_TASK_ROOT and sends back what it returns
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). It speaks HTTP over a bare socket, because AWS's
// client does so in native code: Node.js's own HTTP must not be warm before the handler first uses it.
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API = "", LAMBDA_TASK_ROOT = "" } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(":");

/** @param {string} method @param {string} route @param {string} body @returns {Promise<{ id: string, body: string }>} */
function ask(method, route, body = "") {
  const socket = net.connect(Number(port), host);
  const length = Buffer.byteLength(body);
  socket.write(
    `${method} /2018-06-01/runtime/invocation/${route} HTTP/1.0\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    answer += chunk;
  });
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("end", () => {
      const [, id = ""] = /lambda-runtime-aws-request-id: (\S+)/i.exec(answer) ?? [];
      resolve({ id, body: answer.slice(answer.indexOf("\r\n\r\n") + 4) });
    });
  });
}

const { handler } = await import(pathToFileURL(path.join(LAMBDA_TASK_ROOT, "index.mjs")).href);
for (;;) {
  const { id, body } = await ask("GET", "next");
  const result = await handler(JSON.parse(body), { awsRequestId: id, getRemainingTimeInMillis: () => 15_000 });
  await ask("POST", `${id}/response`, JSON.stringify(result));
}
