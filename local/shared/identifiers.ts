import { randomFillSync } from "node:crypto";

// Every request needs random bytes, and one draw of many is cheaper than many draws.
const pool = Buffer.alloc(8192);
let used = pool.length;

function randomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/** Returns an id like API Gateway's for connections, requests and messages: fifteen characters and an equals sign. */
export function gatewayId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

/**
 * Returns a new value of the header `x-amzn-trace-id` for a request received at `now` (epoch milliseconds); see
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function traceId(now: number): string {
  const seconds = Math.floor(now / 1000);
  return `Root=1-${seconds.toString(16).padStart(8, "0")}-${randomBytes(12).toString("hex")}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
let lastSecond = -1;
let lastText = "";

/**
 * Formats epoch milliseconds as API Gateway's `requestTime`, such as `12/Mar/2020:19:03:58 +0000`. The last result is
 * kept, because many requests come within the same second.
 */
export function requestTime(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    const [date = "", time = ""] = new Date(second * 1000).toISOString().slice(0, 19).split("T");
    const [year, month, day] = date.split("-");
    lastSecond = second;
    lastText = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
  }
  return lastText;
}
