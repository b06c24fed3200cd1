import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { here } from "../../commands/clone/stacks";
import { EXIT } from "../../commands/errors/exit-codes";
import { addLogsCommand } from "../../commands/logs";
import { PlayedClient } from "../support/doubles/aws/client";
import { FakeHost } from "../support/doubles/host";

const sts = new PlayedClient(STSClient);
const logs = new PlayedClient(CloudWatchLogsClient);
const now = Date.UTC(2026, 10, 26, 12);
let asked: () => void;

beforeEach(() => {
  asked = () => undefined;
  sts.on(GetCallerIdentityCommand, { Account: "123456789012", Arn: "arn" });
  logs.on(DescribeLogGroupsCommand, ({ logGroupNamePrefix, nextToken }) => {
    if (logGroupNamePrefix !== "/aws/lambda/blogapp-staging-") return { logGroups: [] };
    return nextToken === "2"
      ? { logGroups: [{ logGroupName: "/aws/lambda/blogapp-staging-connect" }] }
      : { logGroups: [{ logGroupName: "/aws/lambda/blogapp-staging-api" }], nextToken: "2" };
  });
  logs.on(FilterLogEventsCommand, ({ logGroupName, nextToken }) => {
    asked();
    const at = (second: number, message: string) => ({ eventId: message, timestamp: now + second * 1000, message });
    if (logGroupName.endsWith("connect"))
      return { events: [at(2, '{"level":"INFO","message":"Hello","request":"r1"}')] };
    return nextToken ? { events: [at(3, "third")] } : { events: [at(1, "first")], nextToken: "more" };
  });
});
afterEach(() => {
  sts.reset();
  logs.reset();
});

async function run(...words: readonly string[]): Promise<FakeHost> {
  const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: "123456789012" } });
  const clock = {
    now: () => now,
    after: (_: number, callback: () => void) => {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    },
    every: () => () => undefined,
  };
  const clone = { ...here, root: "/none", synthesize: () => undefined };
  asked = words.includes("--follow") ? () => setImmediate(() => host.emit("SIGINT")) : asked;
  return host.run(
    (program) => addLogsCommand(program, { host, clone, clock, leftovers: async () => [] }),
    "logs",
    "staging",
    ...words,
  );
}

test("all groups are one stream by time, every page of them", async () => {
  const { stdout, exitCode } = await run();
  expect(stdout.text).toBe(
    "12:00:01.000  api  first\n12:00:02.000  connect  INFO   Hello  request=r1\n12:00:03.000  api  third\n",
  );
  expect(exitCode).toBe(EXIT.done);
});

test("as JSON the events are one document, with what the function wrote as fields", async () => {
  const { stdout } = await run("--json", "--function", "connect");
  expect(JSON.parse(stdout.text)).toEqual({
    environment: "staging",
    events: [
      {
        at: "2026-11-26T12:00:02.000Z",
        function: "connect",
        message: { level: "INFO", message: "Hello", request: "r1" },
      },
    ],
  });
});

test("a request is looked for as it is written, in the time that was asked for", async () => {
  await run("--request", 'a"b', "--since", "2h", "--until", "2026-11-26T11:00:00Z");
  expect(logs.calls.find(({ name }) => name === FilterLogEventsCommand.name)?.input).toMatchObject({
    filterPattern: '"a\\"b"',
    startTime: now - 2 * 3_600_000,
    endTime: now - 3_600_000,
  });
});

test("following shows every event once and ends with Ctrl-C", async () => {
  const { stdout, exitCode } = await run("--follow");
  expect(stdout.text.match(/first/g)).toHaveLength(1);
  expect(exitCode).toBe(EXIT.done);
});

test("a function that has no logs is answered with those that have, and a time that is none with what one is", async () => {
  const unknown = await run("--function", "conect");
  expect([unknown.exitCode, unknown.stderr.text]).toEqual([
    EXIT.failed,
    'Error: --function: "conect" has no log group; name one of api, connect\n',
  ]);
  expect((await run("--since", "yesterday")).stderr.text).toContain(
    'time: "yesterday" is neither a duration nor a date; write one such as 15m',
  );
});
