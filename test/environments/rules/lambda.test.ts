import { expect, test } from "@jest/globals";
import { said } from "../said";

const whole = (minimum: number, maximum: number) => `is not a whole number from ${minimum} to ${maximum};`;

test.each<[string, Record<string, unknown>, string]>([
  [
    "Node.js 20, which is retired",
    { runtime: "nodejs20.x" },
    'runtime: "nodejs20.x" was retired by Lambda on 30 April 2026; write "nodejs24.x"',
  ],
  [
    "Node.js 18, which is retired",
    { runtime: "nodejs18.x" },
    'runtime: "nodejs18.x" was retired by Lambda on 1 September 2025; write "nodejs24.x"',
  ],
  [
    "Node.js 16, which is retired",
    { runtime: "nodejs16.x" },
    'runtime: "nodejs16.x" was retired by Lambda on 12 June 2024; write "nodejs24.x"',
  ],
  [
    "another language",
    { runtime: "python3.14" },
    'runtime: "python3.14" is not one of "nodejs24.x", "nodejs22.x"; write one of them',
  ],
  [
    "too little memory",
    { api: { memoryMegabytes: 127, timeoutSeconds: 15 } },
    `api.memoryMegabytes: 127 ${whole(128, 10240)} these are the megabytes Lambda offers`,
  ],
  [
    "too much memory",
    { functions: { memoryMegabytes: 10241, timeoutSeconds: 29 } },
    `functions.memoryMegabytes: 10241 ${whole(128, 10240)} these are the megabytes Lambda offers`,
  ],
  [
    "a timeout Lambda does not grant",
    { api: { memoryMegabytes: 512, timeoutSeconds: 901 } },
    `api.timeoutSeconds: 901 ${whole(1, 900)} Lambda stops a function after 900 seconds`,
  ],
  [
    "a timeout longer than a gateway waits",
    { functions: { memoryMegabytes: 256, timeoutSeconds: 30 } },
    `functions.timeoutSeconds: 30 ${whole(1, 29)} a WebSocket API waits 29 seconds for an answer`,
  ],
])("refuses %s", (_, change, line) => {
  expect(said(change)).toEqual([`staging.${line}`]);
});
