import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addBootstrapCommand } from "../../commands/bootstrap";
import { addDoctorCommand } from "../../commands/doctor";
import { diagnoseDefinition } from "../../commands/doctor/definition";
import { type Diagnosis, isAtLeast } from "../../commands/doctor/diagnosis";
import { diagnoseMachine, type Machine } from "../../commands/doctor/machine";
import { EXIT } from "../../commands/errors/exit-codes";
import { AwsAccount, playApiGateway, playSts } from "../support/doubles/aws/account";
import { playIam } from "../support/doubles/aws/iam";
import { playS3 } from "../support/doubles/aws/s3";
import { makeClone } from "../support/doubles/clones/clone";
import { FakeHost } from "../support/doubles/host";
import { environment } from "../support/staging";

const NOW = Date.parse("2026-12-01");
let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-doctor-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const machine = (change: Partial<Machine> = {}): Machine => ({
  root,
  nodeVersion: "24.11.0",
  output: (program) => (program === "docker" ? "28.0.1\n" : '{"terraform_version": "1.11.4"}'),
  ...change,
});

/** Writes a lock file of providers. */
function lockProviders(...names: readonly string[]): void {
  fs.mkdirSync(path.join(root, "stacks/terraform"), { recursive: true });
  const blocks = names.map((name) => `provider "registry.terraform.io/${name}" {}\n`);
  fs.writeFileSync(path.join(root, "stacks/terraform/providers.lock.hcl"), blocks.join(""));
}

const lines = (found: readonly Diagnosis[]) => found.map(({ state, subject, says }) => `${state}: ${subject} ${says}`);

describe("on the machine", () => {
  test("nothing is wrong with what a deployment takes", () => {
    lockProviders("hashicorp/aws", "kreuzwerker/docker");
    expect(lines(diagnoseMachine(machine()))).toEqual([
      "fine: Node.js is 24.11.0",
      "fine: Terraform is 1.11.4",
      "fine: providers are locked in stacks/terraform/providers.lock.hcl",
      "fine: image is built by Docker 28.0.1",
    ]);
  });

  test("programs that are missing or old, and files that are absent, are named with a remedy", () => {
    const found = diagnoseMachine(machine({ nodeVersion: "18.20.0", output: () => undefined }));
    expect(lines(found)).toEqual([
      "wrong: Node.js is 18.20.0, below 20.19.0",
      "wrong: Terraform cannot be run as terraform",
      "warning: providers are not locked: Terraform trusts what it downloads (stacks/terraform/providers.lock.hcl is absent)",
      "unknown: image is assembled where no repository has it, on a base that is fetched for it: no Docker answers",
    ]);
    expect(found.every(({ remedy }) => remedy)).toBe(true);
    expect(diagnoseMachine(machine({ nodeVersion: "20.19.1" }))[0]?.state).toBe("warning");
    expect(lines(diagnoseMachine(machine({ output: () => '{"terraform_version": "1.9.8"}' })))[1]).toBe(
      "wrong: Terraform is 1.9.8, below 1.11",
    );
  });

  test("a lock file without one of the providers is wrong, and so is a lock of another base image", () => {
    lockProviders("hashicorp/aws");
    fs.mkdirSync(path.join(root, "image"));
    fs.writeFileSync(path.join(root, "image/lock.json"), "{}");
    expect(lines(diagnoseMachine(machine())).slice(2)).toEqual([
      "wrong: providers are locked but for kreuzwerker/docker",
      expect.stringMatching(/^wrong: image base is locked wrongly: image\/lock.json: /),
    ]);
  });

  test.each([
    ["1.11.0", "1.11.0", true],
    ["1.11.4", "1.11.0", true],
    ["1.9.8", "1.11.0", false],
    ["2.0.0", "1.11.0", true],
    ["1.11.0-beta1", "1.11.0", true],
    ["1.11", "1.11.0", true],
  ])("%s at least %s: %s", (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});

describe("in an environment", () => {
  const own = {
    ...environment,
    firebaseProjectId: "my-blog",
    cors: { allowedOrigins: ["https://blog.dev"], allowCredentials: false },
  };

  test("nothing is wrong with values of one's own", () => {
    expect(diagnoseDefinition(own, NOW).filter(({ state }) => state !== "fine")).toEqual([]);
  });

  test("placeholders of a fresh clone are named", () => {
    const fresh = { ...environment, account: "000000000000" };
    expect(lines(diagnoseDefinition(fresh, NOW).filter(({ state }) => state !== "fine"))).toEqual([
      "wrong: staging.account is the placeholder 000000000000",
      "warning: staging.cors.allowedOrigins has the placeholder https://staging.example.com",
      "warning: staging.firebaseProjectId is blogapp-staging, as in a fresh clone",
    ]);
  });

  test("a runtime that ends soon is named half a year before", () => {
    const old = { ...own, runtime: "nodejs22.x" as const };
    const ends = (now: string) =>
      lines(diagnoseDefinition(old, Date.parse(now)).filter(({ subject }) => subject === "staging.runtime"));
    expect(ends("2026-10-01")).toEqual(["fine: staging.runtime nodejs22.x is patched until 2027-04-30"]);
    expect(ends("2026-12-01")).toEqual(["warning: staging.runtime nodejs22.x is patched until 2027-04-30"]);
    expect(ends("2027-06-01")).toEqual(["warning: staging.runtime nodejs22.x has not been patched since 2027-04-30"]);
  });
});

describe("in the account", () => {
  let account: AwsAccount;
  let mocks: readonly { restore(): void }[];
  beforeEach(() => {
    account = new AwsAccount();
    mocks = [playS3(account), playIam(account), playApiGateway(account), playSts(account)];
  });
  afterEach(() => {
    for (const mock of mocks) mock.restore();
  });

  async function doctor(...words: readonly string[]): Promise<FakeHost> {
    const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: "123456789012" } });
    const services = { host, machine: machine(), now: () => NOW };
    return host.run((program) => addDoctorCommand(program, services), "doctor", ...words);
  }
  const found = ({ stdout }: FakeHost): readonly Diagnosis[] => JSON.parse(stdout.text).diagnoses;

  test("what is not prepared is wrong, and nothing of it is once it is prepared", async () => {
    const unprepared = await doctor("staging", "--json");
    expect(lines(found(unprepared).filter(({ state }) => state === "wrong"))).toEqual([
      "wrong: state bucket blogapp-tfstate-123456789012-ap-northeast-1 is missing",
      "wrong: policy terrace-blogapp-staging-boundary, which bounds the roles of staging is missing",
      "wrong: API Gateway's logging role in ap-northeast-1 is missing",
    ]);
    expect([unprepared.exitCode, account.changes]).toEqual([EXIT.attention, []]);

    const clone = makeClone();
    const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: "123456789012" } });
    const services = { host, clone, wait: async () => undefined };
    await host.run((program) => addBootstrapCommand(program, services), "bootstrap", "staging", "--yes");
    clone.remove();
    expect(found(await doctor("staging", "--json")).filter(({ state }) => state === "wrong")).toEqual([]);
  });

  test("a lock is named with who holds it, since when, and how to break it", async () => {
    const lock = {
      ID: "5f0e",
      Operation: "OperationTypeApply",
      Who: "jane@laptop",
      Created: "2026-11-30T10:00:00Z",
    };
    account.addBucket("blogapp-tfstate-123456789012-ap-northeast-1", {
      objects: new Map([["blogapp/staging/staging.tfstate.tflock", JSON.stringify(lock)]]),
    });
    const [warned] = found(await doctor("staging", "--json")).filter(({ subject }) => subject === "state of staging");
    expect(warned).toEqual({
      subject: "state of staging",
      state: "warning",
      says: "is locked by jane@laptop (apply) since 2026-11-30T10:00:00.000Z",
      remedy:
        "wait for it; if that run is certainly dead, break its lock: terraform -chdir=cdktf.out/stacks/staging force-unlock 5f0e",
    });
  });

  test("an environment whose region was changed is found where it was", async () => {
    account.addBucket("blogapp-tfstate-123456789012-eu-west-1", {
      objects: new Map([["blogapp/staging/staging.tfstate", "{}"]]),
    });
    const warnings = found(await doctor("staging", "--json")).filter(({ subject }) => subject.includes("eu-west-1"));
    expect(lines(warnings)).toEqual([
      "warning: staging in eu-west-1 is deployed as well, and environments/staging.ts now says ap-northeast-1",
    ]);
  });

  test("with credentials of another account nothing else is asked", async () => {
    for (const mock of mocks) mock.restore();
    mocks = [playSts(new AwsAccount("210987654321"))];
    const host = await doctor("staging");
    expect(host.stdout.text).toContain("wrong    credentials 210987654321 is where the credentials belong");
    expect(host.stdout.text).not.toContain("state bucket");
  });

  test("without a name the machine and every environment are looked at, and AWS is not asked", async () => {
    for (const mock of mocks) mock.restore();
    mocks = [];
    const host = await doctor();
    for (const name of ["development", "staging", "production"])
      expect(host.stdout.text).toContain(`${name}.account is 123456789012`);
    expect(host.stdout.text).toMatch(/\d+ wrong, \d+ to look at, \d+ unknown, \d+ fine\.\n$/);
  });
});
