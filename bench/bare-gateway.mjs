// The other side of the broadcast benchmark: answers every post as @connections answers a delivered message, and nothing
// else. Prints its port.
import http from "node:http";

const headers = { "content-type": "application/json", "x-amzn-requestid": "00000000-0000-0000-0000-000000000000" };
const server = http.createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(200, headers).end());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : address);
});
