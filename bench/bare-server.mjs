// The peer of the request benchmark: Node's own HTTP server and ws, with the answers of /health and of the echo and
// nothing else. Prints its port.
import http from "node:http";
import { WebSocketServer } from "ws";

const server = http.createServer((_, response) => {
  const body = JSON.stringify({ status: "healthy", message: "API is running", timestamp: new Date().toISOString() });
  response.writeHead(200, { "content-type": "application/json" }).end(body);
});
new WebSocketServer({ server }).on("connection", (socket) => socket.on("message", (data) => socket.send(String(data))));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : address);
});
