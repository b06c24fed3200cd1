// A load generator in a process of its own: node bench/load-http.mjs URL SECONDS CONNECTIONS -> JSON on stdout.
import autocannon from "autocannon";

const [url = "", seconds = "5", connections = "20"] = process.argv.slice(2);
const result = await autocannon({ url, duration: Number(seconds), connections: Number(connections) });
console.log(JSON.stringify({ done: result["2xx"], failed: result.non2xx + result.errors }));
