import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Lambda } from "../../../local/lambda/lambda";
import { startWorker } from "../../../local/lambda/worker";
import { systemClock } from "../../../local/shared/clock";
import { until } from "../until";

const PROGRAM = path.resolve(__dirname, "../../../dist/local/instance.cjs");
let folder: string;
let lambdas: Lambda[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-instance-"));
  lambdas = [];
});
afterEach(async () => {
  for (const lambda of lambdas) await lambda.stop();
  fs.rmSync(folder, { recursive: true });
});

/** A function that runs this code, in a real thread. */
function running(code: string, { name = "index.cjs", timeoutSeconds = 15, memoryMegabytes = 128 } = {}) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, code);
  const logged: string[] = [];
  const lambda = new Lambda({
    timeoutSeconds,
    clock: systemClock,
    log: (text) => logged.push(text),
    start: (events) =>
      startWorker(
        PROGRAM,
        {
          file,
          functionName: "blogapp-development-api",
          arn: "arn:aws:lambda:eu-west-1:000000000000:function:blogapp-development-api",
          memoryMegabytes,
          logGroup: "/aws/lambda/blogapp-development-api",
          logStream: "2026/03/04/[$LATEST]0",
          certificatesPort: undefined,
        },
        { LOG_LEVEL: "DEBUG", TZ: ":UTC" },
        events,
      ),
  });
  lambdas.push(lambda);
  const call = async (event: unknown = {}) => {
    const { ok, json } = await lambda.invoke(JSON.stringify(event));
    return { ok, result: JSON.parse(json), logged: logged.join("") };
  };
  return { call, lambda, file, logged };
}

describe("a function's handler", () => {
  test("gets the event and Lambda's context, and its result is the answer", async () => {
    const { call } = running(`exports.handler = async (event, context) => ({
      event, ...context, remaining: context.getRemainingTimeInMillis()
    })`);
    const { ok, result } = await call({ a: [1, null] });
    expect(ok).toBe(true);
    expect(result).toEqual({
      event: { a: [1, null] },
      remaining: expect.any(Number),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      functionName: "blogapp-development-api",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:blogapp-development-api",
      logGroupName: "/aws/lambda/blogapp-development-api",
      logStreamName: "2026/03/04/[$LATEST]0",
      memoryLimitInMB: "128",
    });
    expect(result.remaining).toBeGreaterThan(10_000);
    expect(result.remaining).toBeLessThanOrEqual(15_000);
  });

  test("sees its own variables and none of the developer's", async () => {
    const { call } = running("exports.handler = async () => process.env");
    expect((await call()).result).toEqual({ LOG_LEVEL: "DEBUG", TZ: ":UTC" });
  });

  test("may be in an ES module, and may answer nothing", async () => {
    const { call } = running("export const handler = async () => { await null; }", { name: "index.mjs" });
    expect(await call()).toMatchObject({ ok: true, result: null });
  });

  test("keeps what it holds outside from call to call", async () => {
    const { call } = running("let calls = 0; exports.handler = async () => ++calls");
    expect([(await call()).result, (await call()).result]).toEqual([1, 2]);
  });

  test("writes logs, before and during its calls, of any length", async () => {
    const { call } = running(`console.log("loaded"); exports.handler = async () => {
      console.error("called"); process.stdout.write("raw\\n"); for (let i = 0; i < 1000; i++) console.log("line " + i);
    }`);
    const { logged } = await call();
    expect(logged).toMatch(/^loaded\ncalled\nraw\nline 0\n/);
    expect(logged).toContain("line 999\n");
  });
});

describe("an error", () => {
  test("of a handler is its answer and a line in its log, and the instance goes on", async () => {
    const { call } = running(`let calls = 0; class Boom extends Error { name = "Boom" }
      exports.handler = async () => { if (++calls === 1) throw new Boom("no"); return calls; }`);
    const failed = await call();
    expect(failed).toMatchObject({
      ok: false,
      result: { errorType: "Boom", errorMessage: "no", trace: expect.any(Array) },
    });
    expect(failed.logged).toMatch(/^\S+Z\t[0-9a-f-]{36}\tERROR\tInvoke Error \t\{"errorType":"Boom"/);
    expect((await call()).result).toBe(2);
  });

  test("that is no Error, and a result that JSON cannot hold, are answers too", async () => {
    expect(await running('exports.handler = async () => { throw "text"; }').call()).toMatchObject({
      ok: false,
      result: { errorType: "string", errorMessage: "text" },
    });
    expect(await running("exports.handler = async () => 1n", { name: "other.cjs" }).call()).toMatchObject({
      ok: false,
      result: { errorType: "TypeError" },
    });
  });

  test.each([
    ["an unhandled rejection", "Promise.reject(new Error('lost'))", "Runtime.UnhandledPromiseRejection", "Error: lost"],
    ["an exception in the background", "setImmediate(() => { throw new TypeError('lost') })", "TypeError", "lost"],
    ["an exit", "process.exit(7)", "Runtime.ExitError", "Runtime exited with error: exit status 7"],
  ])("outside of the handler, %s, fails the call and ends the instance", async (_, code, errorType, message) => {
    const { call } = running(`const id = Math.random(); exports.handler = async (event) => {
      if (!event.fail) return id; ${code}; await new Promise(() => {});
    }`);
    const before = (await call()).result;
    expect(await call({ fail: true })).toMatchObject({
      ok: false,
      result: { errorType, errorMessage: expect.stringContaining(message) },
    });
    expect((await call()).result).not.toBe(before);
  });

  test("while the code is loaded is the answer to every call, until the code is another one", async () => {
    const { call, file, lambda } = running("throw new RangeError('broken')");
    expect(await call()).toMatchObject({ ok: false, result: { errorType: "RangeError", errorMessage: "broken" } });
    expect((await call()).ok).toBe(false);
    fs.writeFileSync(file, "exports.handler = async () => 'mended'");
    lambda.reload();
    expect((await call()).result).toBe("mended");
  });

  test.each([
    ["no handler", "exports.other = 1", "Runtime.HandlerNotFound"],
    ["a handler that is no function", "exports.handler = 1", "Runtime.HandlerNotFound"],
    [
      "a handler with a callback, which Node.js 24 does not call",
      "exports.handler = (event, context, callback) => {}",
      "Runtime.CallbackHandlerDeprecated",
    ],
    ["code that does not parse", "exports.handler =", "SyntaxError"],
  ])("is the answer of a bundle with %s", async (_, code, errorType) => {
    expect(await running(code).call()).toMatchObject({ ok: false, result: { errorType } });
  });
});

test("a call that never ends is ended when its time is over, and what it logged is not lost", async () => {
  const { call } = running(
    "exports.handler = async (event) => { if (!event.hang) return 1; console.log('a'); console.log('b'); for (;;); }",
    { timeoutSeconds: 0.3 },
  );
  await call(); // Loaded.
  const { ok, result, logged } = await call({ hang: true });
  expect(ok).toBe(false);
  expect(result.errorMessage).toMatch(/Task timed out after 0\.30 seconds$/);
  expect(logged).toMatch(/^a\nb\n\S+ \S+ Task timed out after 0\.30 seconds\n$/);
  expect((await call()).result).toBe(1);
});

test("a function that needs more memory than it has ends, and the next call gets a new instance", async () => {
  const { call } = running(
    `exports.handler = async (event) => {
      const kept = []; while (event.fill) kept.push(new Array(1e5).fill(0.5)); return 1;
    }`,
    { memoryMegabytes: 16 },
  );
  expect(await call({ fill: true })).toMatchObject({ ok: false, result: { errorType: "Runtime.ExitError" } });
  expect((await call()).result).toBe(1);
});

test("a function that is stopped while its code begins is ended after that: Node.js may not survive it before", async () => {
  const [begun, done] = ["begun", "done"].map((name) => path.join(folder, name));
  const { lambda } = running(
    `import fs from "node:fs";
     fs.writeFileSync(${JSON.stringify(begun)}, "");
     for (const end = Date.now() + 100; Date.now() < end; );
     await 0;
     fs.writeFileSync(${JSON.stringify(done)}, "");
     export const handler = async () => 1;`,
    { name: "index.mjs" },
  );
  void lambda.prepare();
  await until(() => fs.existsSync(String(begun)));
  await lambda.stop();
  expect(fs.existsSync(String(done))).toBe(true);
});
