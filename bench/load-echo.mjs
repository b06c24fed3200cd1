// WebSocket round trips in a process of its own: node bench/load-echo.mjs URL SECONDS CONNECTIONS -> JSON on stdout.
import { once } from "node:events";
import WebSocket from "ws";

const [url = "", seconds = "5", connections = "20"] = process.argv.slice(2);
const sockets = await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return socket;
  }),
);
let done = 0;
let failed = 0;
const message = JSON.stringify({ text: "x".repeat(100) });
const end = Date.now() + Number(seconds) * 1000;
await Promise.all(
  sockets.map(
    (socket) =>
      new Promise((resolve) => {
        socket.on("message", (answer) => {
          if (answer.toString() === message) done++;
          else failed++;
          if (Date.now() < end) socket.send(message);
          else resolve(socket.close());
        });
        socket.send(message);
      }),
  ),
);
console.log(JSON.stringify({ done, failed }));
