import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { addDeployCommand } from "../../../commands/deploy";
import { addDestroyCommand } from "../../../commands/destroy";
import { EXIT } from "../../../commands/errors/exit-codes";
import { addReleasesCommand } from "../../../commands/releases";
import { addRollbackCommand } from "../../../commands/rollback";
import { type LocalCloud, startLocalCloud } from "../../../local/local-cloud";
import { root, stackFile } from "../../behaviour/addresses.mjs";
import { beginLife, type Life, withoutImage } from "../../support/doubles/clones/life";
import { type Listening, listen } from "../../support/doubles/servers/http-server";

// What is deployed is played by the local cloud: the outputs of a version that works lead to it.
let data: string;
let cloud: LocalCloud;
/** Opens no connection, and takes half a minute to say so. */
let broken: Listening;
beforeAll(async () => {
  const refusing = http.createServer().on("upgrade", (_, socket) => {
    life.time += 30_000;
    socket.destroy();
  });
  broken = await listen(refusing);
  data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-gate-"));
  cloud = await startLocalCloud({
    definition: stackFile("development"),
    dist: path.join(root, "dist"),
    data,
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    output: { write: () => undefined },
  });
});
afterAll(async () => {
  await broken.stop();
  await cloud.stop();
  fs.rmSync(data, { recursive: true });
});

let life: Life;
beforeEach(async () => {
  life = await beginLife("development");
  life.aws.answer = async () => ({ imageIds: [] });
  process.env.AWS_ACCESS_KEY_ID = cloud.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = cloud.credentials.secretAccessKey;
});
afterEach(() => life.end());

/** What is deployed next: a version of the code, and whether its connections open. */
function version(code: string, { works }: { readonly works: boolean }): void {
  life.resources = { aws_lambda_function: { connect: { function_name: "blogapp-development-connect", code } } };
  life.outputs = {
    FunctionUrlEndpoint: { value: cloud.apiUrl ?? "" },
    WebSocketURL: { value: works ? (cloud.websocketUrl ?? "") : broken.url.replace("http", "ws") },
    BroadcastApiUrl: { value: cloud.broadcastUrl ?? "" },
  };
}
const deploy = (...options: readonly string[]) =>
  life.run(withoutImage(addDeployCommand), "deploy", "development", "--yes", "--json", ...options);
const rollback = (...words: readonly string[]) =>
  life.run(addRollbackCommand, "rollback", "development", "--yes", "--json", ...words);
const ledger = async () => {
  const { stdout } = await life.run(addReleasesCommand, "releases", "development", "--json");
  return JSON.parse(stdout.text).releases.map(({ number, action, status, to }: Record<string, unknown>) =>
    [number, action, to, status].filter(Boolean).join(" "),
  );
};

test("what works is asked everything, and is a release that worked", async () => {
  version("1", { works: true });
  const deployed = await deploy();
  expect(deployed.exitCode).toBe(EXIT.done);
  expect(JSON.parse(deployed.stdout.text)).toMatchObject({
    release: { status: "deployed" },
    checks: ["health", "connect", "echo", "comment", "receive"].map((name) => ({ name, state: "passed" })),
  });
});

test("what does not work is asked for a minute and a half, is in the ledger as that, and the message says how to go back", async () => {
  version("1", { works: true });
  await deploy();
  version("2", { works: false });
  const failed = await deploy();
  expect(failed.exitCode).toBe(EXIT.unhealthy);
  expect(failed.stderr.text.match(/not yet: connect/g)).toHaveLength(2);
  expect(failed.stderr.text).toContain(
    "development: is deployed (release 2) and does not work: connect (ws://127.0.0.1:",
  );
  expect(failed.stderr.text).toContain("or go back with `terrace rollback development 1`");
  expect(await ledger()).toEqual(["2 deploy unhealthy", "1 deploy deployed"]);
  expect((await rollback()).exitCode).toBe(EXIT.done);
  expect(await ledger()).toEqual(["3 rollback 1 deployed", "2 deploy unhealthy", "1 deploy deployed"]);
});

describe("with --rollback-on-failure", () => {
  test("it goes back to the last that worked, past what did not, and the ledger and the one document say so", async () => {
    version("1", { works: true });
    await deploy();
    version("2", { works: false });
    await deploy();
    version("3", { works: false });
    const failed = await deploy("--rollback-on-failure");
    expect(failed.exitCode).toBe(EXIT.unhealthy);
    expect(failed.stderr.text).toContain("Going back to release 1.");
    expect(JSON.parse(failed.stdout.text)).toMatchObject({
      release: { number: 4, action: "rollback", to: 1, status: "deployed" },
      failed: { release: { number: 3, status: "unhealthy" } },
    });
    expect((await ledger()).slice(0, 2)).toEqual(["4 rollback 1 deployed", "3 deploy unhealthy"]);
    version("1", { works: true });
    expect(JSON.parse((await deploy()).stdout.text)).toMatchObject({ deployed: false, release: { number: 4 } });
  });

  test("the first release has none to go back to, and says so", async () => {
    version("1", { works: false });
    const failed = await deploy("--rollback-on-failure");
    expect(failed.exitCode).toBe(EXIT.unhealthy);
    expect(failed.stderr.text).toContain("there is no release before it that worked, to go back to");
    expect(await ledger()).toEqual(["1 deploy unhealthy"]);
  });

  test("it does not go back behind a destruction", async () => {
    version("1", { works: true });
    await deploy();
    await life.run(addDestroyCommand, "destroy", "development", "--yes", "--json");
    version("2", { works: false });
    expect((await deploy("--rollback-on-failure")).stderr.text).toContain("there is no release before it");
    expect((await rollback()).exitCode).toBe(EXIT.refused);
    expect(await ledger()).toEqual(["3 deploy unhealthy", "2 destroy destroyed", "1 deploy deployed"]);
  });

  test("what cannot be gone back to leaves the error of what does not work, with the reason beside it", async () => {
    version("1", { works: true });
    await deploy();
    // Somebody spoils it while the second one is deployed.
    life.aws.onPut = (written) => {
      for (const key of life.aws.objects.keys())
        if (written.endsWith("000002.json") && key.includes("/bundles/")) life.aws.objects.set(key, Buffer.from(""));
      return undefined;
    };
    version("2", { works: false });
    const failed = await deploy("--rollback-on-failure");
    expect([failed.exitCode, failed.stderr.text]).toEqual([
      EXIT.unhealthy,
      expect.stringMatching(/It did not go back: .* is not what was kept[\s\S]*development: is deployed \(release 2\)/),
    ]);
  });
});

test("a rollback to what does not work any more is a release that does not, with the exit code of that", async () => {
  version("1", { works: false });
  await deploy("--no-gate");
  version("2", { works: true });
  await deploy();
  const back = await rollback("1");
  expect([back.exitCode, back.stderr.text]).toEqual([
    EXIT.unhealthy,
    expect.stringMatching(/is back at release 1 .* and does not work: connect/),
  ]);
  expect((await ledger())[0]).toBe("3 rollback 1 unhealthy");
});
