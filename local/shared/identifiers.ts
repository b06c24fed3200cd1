import { randomFillSync } from "node:crypto";

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

/** An id as API Gateway makes them for connections, requests and messages: fifteen characters and an equals sign. */
export function gatewayId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

/** The `x-amzn-trace-id` of a request; see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function traceId(now: number): string {
  return `Root=1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0")}-${randomBytes(12).toString("hex")}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
let second = -1;
let text = "";

/** A time as the gateways write it: `12/Mar/2020:19:03:58 +0000`. */
export function requestTime(now: number): string {
  const current = Math.floor(now / 1000);
  if (current !== second) {
    const [date = "", time = ""] = new Date(current * 1000).toISOString().slice(0, 19).split("T");
    const [year, month, day] = date.split("-");
    second = current;
    text = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
  }
  return text;
}
