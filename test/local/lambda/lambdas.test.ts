import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { Lambdas } from "../../../local/lambda/lambdas";
import { LogGroups } from "../../../local/lambda/log-groups";
import { FUNCTION } from "../event-sources/calls";
import { FakeClock } from "../fake-clock";
import { definition } from "../gateway-fixtures";

const dist = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-lambdas-"));
let lambdas: Lambdas | undefined;
afterEach(async () => {
  await lambdas?.stop();
  fs.rmSync(dist, { recursive: true });
});

function running(names: readonly string[]) {
  const clock = new FakeClock();
  fs.mkdirSync(path.join(dist, "local"));
  fs.copyFileSync(path.resolve(__dirname, "../../../dist/local/instance.cjs"), path.join(dist, "local/instance.cjs"));
  const functions = names.map((name) => ({ ...FUNCTION, name, bundle: name }));
  for (const name of names) {
    fs.mkdirSync(path.join(dist, "functions", name), { recursive: true });
    fs.writeFileSync(path.join(dist, "functions", name, "index.cjs"), "exports.handler = async () => 1");
  }
  const identity = { arn: "arn", userId: "id", policy: undefined };
  const key = { accessKeyId: "ASIAKEY", secretAccessKey: "secret", sessionToken: undefined, identity };
  lambdas = new Lambdas({
    definition: { ...definition, functions },
    dist,
    keys: new Map(names.map((name) => [name, key])),
    ports: { api: 8000, gateway: 3001, dynamodb: 4566 },
    logs: new LogGroups(path.join(dist, "logs"), { write: () => undefined }, clock),
    clock,
  });
  return { clock, functions, lambdas };
}

test("functions that are called later load when no function was called for a tenth of a second", async () => {
  const { clock, functions, lambdas } = running(["first", "called", "later"]);
  const [first, called] = functions;
  if (!first || !called) throw new Error("There are no functions.");
  const loaded = lambdas.prepare([first]);
  expect(lambdas.counts()).toEqual({ first: 1, called: 0, later: 0 });
  for (const target of [called, first]) expect((await lambdas.invoke(target, "{}")).ok).toBe(true);
  await setImmediate();
  expect(lambdas.counts()).toEqual({ first: 1, called: 1, later: 0 });
  clock.advance(99);
  await setImmediate();
  expect(lambdas.counts()).toEqual({ first: 1, called: 1, later: 0 });
  clock.advance(1);
  await loaded;
  expect(lambdas.counts()).toEqual({ first: 1, called: 1, later: 1 });
});
