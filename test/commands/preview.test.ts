import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { EXIT } from "../../commands/errors/exit-codes";
import { addPreviewCommand } from "../../commands/preview";
import { environments } from "../../environments";
import { withPreview } from "../../environments/preview";
import { beginLife, bucket, type Life, withoutImage } from "../support/doubles/clones/life";

let life: Life;
beforeEach(async () => {
  life = await beginLife("preview-17");
  life.aws.answer = async () => ({ imageIds: [] });
  // Nobody is there, so that what is deployed is found not to work.
  const nobody = (scheme: string) => ({ value: `${scheme}://127.0.0.1:1/` });
  life.outputs = {
    FunctionUrlEndpoint: nobody("http"),
    WebSocketURL: nobody("ws"),
    BroadcastApiUrl: nobody("http"),
  };
});
afterEach(() => life.end());

const DAY = 86_400_000;
const preview = (...words: readonly string[]) =>
  life.run(withoutImage(addPreviewCommand), "preview", ...words, "--yes", "--json");
const list = async () => JSON.parse((await preview("--list")).stdout.text).previews;

test("a preview is development under another name, which may always be deleted", () => {
  const [development] = environments;
  expect(withPreview(environments, "preview-17").at(-1)).toEqual({
    ...development,
    name: "preview-17",
    deletionProtection: false,
  });
  expect(withPreview(environments, "staging")).toBe(environments);
  expect(withPreview(environments, undefined)).toBe(environments);
});

test("a preview is deployed with an end, which every deployment moves on, and destroyed", async () => {
  const until = new Date(life.time + 2 * DAY).toISOString();
  expect((await preview("17", "--days", "2")).exitCode).toBe(EXIT.unhealthy);
  expect(life.applied("preview-17")).toEqual(["aws_lambda_function.connect"]);
  expect(await list()).toMatchObject([{ name: "preview-17", until }]);
  expect((await preview("17", "--destroy")).exitCode).toBe(EXIT.done);
  expect([life.applied("preview-17"), await list()]).toEqual([[], []]);
});

test("what nobody destroyed is destroyed when its time is over, and not before", async () => {
  await preview("17");
  const early = await preview("--expired");
  expect([early.exitCode, JSON.parse(early.stdout.text)]).toEqual([EXIT.done, { previews: [], failed: [] }]);
  life.time += 7 * DAY;
  const late = await preview("--expired");
  expect([late.exitCode, JSON.parse(late.stdout.text)]).toMatchObject([
    EXIT.done,
    { previews: [{ environment: "preview-17", destroyed: true }], failed: [] },
  ]);
  expect([life.applied("preview-17"), await list()]).toEqual([[], []]);
});

test("several whose time is over are one document, and one that fails does not keep the others", async () => {
  await preview("17");
  // Made by another hand: nothing of it is in this clone.
  const key = (name: string) => `${bucket}/blogapp/${name}/preview.json`;
  const lifetime = String(life.aws.objects.get(key("preview-17")));
  life.aws.objects.set(key("preview-16"), Buffer.from(lifetime.replaceAll("preview-17", "preview-16")));
  life.time += 7 * DAY;
  const ended = await preview("--expired");
  expect([ended.exitCode, JSON.parse(ended.stdout.text)]).toMatchObject([
    EXIT.failed,
    { previews: [{ environment: "preview-17" }], failed: [{ environment: "preview-16" }] },
  ]);
});

test("a name is asked for, and one that makes names too long is refused", async () => {
  expect((await preview()).stderr.text).toContain("preview: has no name");
  expect((await preview("a-name-that-is-much-too-long")).stderr.text).toContain("characters (Lambda function)");
});
