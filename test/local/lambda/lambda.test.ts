import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { InvocationResult } from "../../../local/lambda/invocation";
import { Lambda } from "../../../local/lambda/lambda";
import type { InstanceEvents } from "../../../local/lambda/worker";
import { FakeClock } from "../fake-clock";
import { present } from "../gateway-fixtures";

/** An instance that does what the test says. */
class FakeInstance {
  readonly handled: string[] = [];
  stopped = false;
  constructor(
    readonly events: InstanceEvents,
    readonly traceId: string,
  ) {}
  handle(_requestId: string, _deadline: number, event: string) {
    this.handled.push(event);
  }
  answer(json = `"answer to ${this.handled.at(-1)}"`) {
    this.events.answered({ ok: true, json });
  }
  async stop() {
    this.stopped = true;
  }
}

function running() {
  const clock = new FakeClock();
  const instances: FakeInstance[] = [];
  const logged: string[] = [];
  const lambda = new Lambda({
    timeoutSeconds: 15,
    clock,
    log: (text) => logged.push(text),
    start: (events) => {
      const instance = new FakeInstance(events, `trace ${instances.length}`);
      instances.push(instance);
      return instance;
    },
  });
  const instance = (index: number) => {
    const found = instances[index];
    if (!found) throw new Error(`There is no instance ${index}.`);
    return found;
  };
  const invoke = (event: string) => {
    const call: { answer: InvocationResult | undefined } = { answer: undefined };
    const done = lambda.invoke(event).then((answer) => {
      call.answer = answer;
      return answer;
    });
    return { call, done };
  };
  return { clock, instances, instance, logged, lambda, invoke };
}
const errorOf = ({ ok, json }: InvocationResult) => (ok ? undefined : JSON.parse(json));

describe("an instance", () => {
  test("is started with the first call and gets it as soon as it is ready", async () => {
    const { invoke, instance, instances } = running();
    const { done } = invoke("1");
    expect(instances).toHaveLength(1);
    expect(instance(0).handled).toEqual([]);
    instance(0).events.ready();
    instance(0).answer();
    expect(await done).toEqual({ ok: true, json: '"answer to 1"' });
  });

  test("can be started before", async () => {
    const { lambda, invoke, instance, instances } = running();
    const prepared = lambda.prepare();
    instance(0).events.ready();
    await prepared;
    await lambda.prepare();
    invoke("1");
    expect(instances).toHaveLength(1);
    expect(instance(0).handled).toEqual(["1"]);
  });

  test("handles one event at a time, in the order they came", async () => {
    const { invoke, instance } = running();
    const calls = ["1", "2", "3"].map(invoke);
    instance(0).events.ready();
    expect(instance(0).handled).toEqual(["1"]);
    instance(0).answer();
    expect(instance(0).handled).toEqual(["1", "2"]);
    instance(0).answer();
    instance(0).answer();
    expect(instance(0).handled).toEqual(["1", "2", "3"]);
    expect((await Promise.all(calls.map(({ done }) => done))).map(({ json }) => json)).toEqual([
      ...['"answer to 1"', '"answer to 2"', '"answer to 3"'],
    ]);
  });

  test("that fails with one event handles the next", async () => {
    const { invoke, instance } = running();
    const { done } = invoke("1");
    instance(0).events.ready();
    instance(0).events.answered({ ok: false, json: '{"errorType":"Error","errorMessage":"no"}' });
    expect(errorOf(await done)).toMatchObject({ errorMessage: "no" });
    invoke("2");
    expect(instance(0).handled).toEqual(["1", "2"]);
  });
});

describe("more instances", () => {
  test("are started, up to four, while calls wait and none is answered for 25 ms", () => {
    const { clock, invoke, instance, instances } = running();
    for (let call = 0; call < 10; call++) invoke(String(call));
    instance(0).events.ready();
    clock.advance(24);
    expect(instances).toHaveLength(1);
    clock.advance(1);
    expect(instances).toHaveLength(2);
    clock.advance(1000);
    expect(instances).toHaveLength(2); // The second is still starting.
    for (let index = 1; index < 4; index++) {
      instance(index).events.ready();
      clock.advance(1000);
    }
    expect(instances).toHaveLength(4);
    expect(instances.map(({ handled }) => handled.length)).toEqual([1, 1, 1, 1]);
  });

  test("are not started while calls are answered, however many wait", () => {
    const { clock, invoke, instance, instances } = running();
    for (let call = 0; call < 100; call++) invoke(String(call));
    instance(0).events.ready();
    for (let call = 0; call < 100; call++) {
      clock.advance(20);
      instance(0).answer();
    }
    expect(instances).toHaveLength(1);
  });

  test("end when they were idle for ten seconds; one stays", () => {
    const { clock, invoke, instance, instances, lambda } = running();
    invoke("1");
    invoke("2");
    instance(0).events.ready();
    clock.advance(25);
    instance(1).events.ready();
    instance(0).answer();
    instance(1).answer();
    clock.advance(30_000);
    expect(instances.filter(({ stopped }) => !stopped)).toHaveLength(1);
    expect(lambda.instances).toBe(1);
  });
});

describe("a call fails, and the next one gets another instance,", () => {
  test("when the function's time is over", async () => {
    const { clock, invoke, instance, instances, logged } = running();
    const { done } = invoke("1");
    instance(0).events.ready();
    clock.advance(15_000);
    expect(errorOf(await done)).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(
        /^2026-03-04T05:06:22.089Z [0-9a-f-]{36} Task timed out after 15.00 seconds$/,
      ),
    });
    expect(logged).toEqual([expect.stringContaining("Task timed out after 15.00 seconds\n")]);
    expect(instance(0).stopped).toBe(true);
    invoke("2");
    expect(instances).toHaveLength(2);
  });

  test("when the instance exits", async () => {
    const { invoke, instance, instances, logged } = running();
    const { done } = invoke("1");
    instance(0).events.ready();
    instance(0).events.ended("Runtime exited with error: exit status 7");
    expect(errorOf(await done)).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining("exit status 7"),
    });
    expect(logged).toHaveLength(1);
    invoke("2");
    expect(instances).toHaveLength(2);
  });

  test("when the instance fails outside of the handler", async () => {
    const { invoke, instance, instances } = running();
    const { done } = invoke("1");
    const waiting = invoke("2");
    instance(0).events.ready();
    instance(0).events.failed({ ok: false, json: '{"errorType":"Runtime.UnhandledPromiseRejection"}' });
    instance(0).events.ended("exit");
    expect(errorOf(await done)).toMatchObject({ errorType: "Runtime.UnhandledPromiseRejection" });
    expect(instances).toHaveLength(2);
    instance(1).events.ready();
    instance(1).answer();
    expect((await waiting.done).ok).toBe(true);
  });

  test("when the code cannot be loaded: every call that waits fails, and nothing is tried until the next", async () => {
    const { clock, invoke, instance, instances } = running();
    const calls = [invoke("1"), invoke("2")];
    instance(0).events.failed({ ok: false, json: '{"errorType":"SyntaxError"}' });
    instance(0).events.ended("exit");
    for (const { done } of calls) expect(errorOf(await done)).toMatchObject({ errorType: "SyntaxError" });
    clock.advance(60_000);
    expect(instances).toHaveLength(1);
    invoke("3");
    expect(instances).toHaveLength(2);
  });
});

describe("a fault", () => {
  const KILLED = {
    errorType: "Runtime.ExitError",
    errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
  };

  test("ends the instance that has the trace id in the middle of its call, and no other", async () => {
    const { lambda, invoke, instance, clock } = running();
    const calls = [invoke("1"), invoke("2")];
    instance(0).events.ready();
    clock.advance(25);
    instance(1).events.ready();
    lambda.crash("trace 1");
    expect(errorOf(await present(calls[1]).done)).toEqual(KILLED);
    instance(0).answer();
    expect(errorOf(await present(calls[0]).done)).toBeUndefined();
    expect([instance(0).stopped, instance(1).stopped]).toEqual([false, true]);
    lambda.crash("trace 0"); // It has no call any more.
    expect(instance(0).stopped).toBe(false);
  });

  test("ends a busy instance for a request that has no trace id", async () => {
    const { lambda, invoke, instance } = running();
    const { done } = invoke("1");
    instance(0).events.ready();
    lambda.crash(undefined);
    expect(errorOf(await done)).toEqual(KILLED);
  });

  test("lets a function do its work and crash, or run out of its time, instead of answering", async () => {
    const { lambda, instance, clock, logged } = running();
    const crash = lambda.invoke("1", "crash");
    instance(0).events.ready();
    instance(0).answer();
    expect(errorOf(await crash)).toEqual(KILLED);
    const timeout = lambda.invoke("2", "timeout");
    instance(1).events.ready();
    instance(1).answer();
    clock.advance(15_000);
    expect(errorOf(await timeout)).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(instance(1).stopped).toBe(true);
    expect(logged.join("")).toMatch(/signal: killed\n.* Task timed out after 15\.00 seconds\n$/s);
  });
});

describe("new code", () => {
  test("answers from the next call on; a call that is under way ends in the old", async () => {
    const { lambda, invoke, instance } = running();
    const old = invoke("1");
    instance(0).events.ready();
    lambda.reload();
    const fresh = invoke("2");
    expect(instance(0).stopped).toBe(false);
    instance(0).answer('"old"');
    expect(await old.done).toEqual({ ok: true, json: '"old"' });
    expect(instance(0).stopped).toBe(true);
    expect(instance(0).handled).toEqual(["1"]);
    instance(1).events.ready();
    instance(1).answer('"new"');
    expect(await fresh.done).toEqual({ ok: true, json: '"new"' });
  });

  test("replaces idle and starting instances at once", () => {
    const { lambda, invoke, instance, instances } = running();
    invoke("1");
    lambda.reload();
    expect(instance(0).stopped).toBe(true);
    instance(0).events.ready();
    expect(instance(0).handled).toEqual([]);
    instance(1).events.ready();
    expect(instance(1).handled).toEqual(["1"]);
    instance(1).answer();
    lambda.reload();
    expect(instances.map(({ stopped }) => stopped)).toEqual([true, true, false]);
  });
});

test("stopping ends every instance and fails what is under way, what waits and what comes later", async () => {
  const { lambda, invoke, instance, instances } = running();
  const calls = [invoke("1"), invoke("2")];
  instance(0).events.ready();
  await lambda.stop();
  calls.push(invoke("3"));
  for (const { done } of calls) expect(errorOf(await done)).toMatchObject({ errorType: "Runtime.Stopped" });
  expect(instances.map(({ stopped }) => stopped)).toEqual([true]);
});

test("whatever happens to instances, every call is answered once and no instance has two calls", async () => {
  const happening = fc.tuple(fc.constantFrom("invoke", "ready", "answer", "fail", "end", "time", "reload"), fc.nat(3));
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (happenings) => {
      const { clock, lambda, invoke, instances } = running();
      const busy = new Map<FakeInstance, number>();
      const ready = new Set<FakeInstance>();
      const calls: Promise<InvocationResult>[] = [];
      for (const [what, which] of happenings) {
        const live = instances.filter(({ stopped }) => !stopped);
        const instance = live[which % Math.max(live.length, 1)];
        if (what === "invoke") calls.push(invoke(String(calls.length)).done);
        else if (what === "time") clock.advance(which * 3_000);
        else if (what === "reload") lambda.reload();
        else if (!instance) continue;
        else if (what === "ready" && !ready.has(instance)) {
          ready.add(instance);
          instance.events.ready();
        } else if (what === "answer" && instance.handled.length > (busy.get(instance) ?? 0)) {
          busy.set(instance, instance.handled.length);
          instance.answer();
        } else if (what === "fail") instance.events.failed({ ok: false, json: "{}" });
        else if (what === "end") instance.events.ended("exit");
        for (const each of instances) expect(each.handled.length - (busy.get(each) ?? 0)).toBeLessThanOrEqual(1);
      }
      await lambda.stop();
      expect(await Promise.all(calls)).toHaveLength(calls.length);
    }),
  );
});
