import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { addBootstrapCommand } from "../../commands/bootstrap";
import { EXIT } from "../../commands/errors/exit-codes";
import { AwsAccount, playApiGateway, playSts } from "../support/doubles/aws/account";
import { playIam } from "../support/doubles/aws/iam";
import { playS3 } from "../support/doubles/aws/s3";
import { makeClone, type TestClone } from "../support/doubles/clones/clone";
import { FakeHost } from "../support/doubles/host";

const BUCKET = "blogapp-tfstate-123456789012-ap-northeast-1";
const GITHUB = ["--github", "octocat/blog", "--github-ids", "583231/1296269"];
const OURS = [{ Key: "ManagedBy", Value: "terrace bootstrap" }];

let account: AwsAccount;
let clone: TestClone;
let mocks: readonly { restore(): void }[];
let waits: number[];
beforeEach(() => {
  clone = makeClone();
  use(new AwsAccount());
});
afterEach(() => {
  clone.remove();
  for (const mock of mocks) mock.restore();
});

function use(played: AwsAccount): void {
  account = played;
  waits = [];
  mocks = [playS3(account), playIam(account), playApiGateway(account), playSts(account)];
}

async function bootstrap(...words: readonly string[]): Promise<FakeHost> {
  const host = new FakeHost({ env: { TERRACE_ACCOUNT_ID: account.id } });
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  return host.run((program) => addBootstrapCommand(program, { host, clone, wait }), "bootstrap", ...words);
}

/** What is in the account, to be compared. */
const contents = ({ buckets, roles, policies, identityProvider, loggingRole }: AwsAccount) =>
  JSON.stringify([[...buckets], [...roles], [...policies], identityProvider, loggingRole]);

test("an empty account is prepared, and a second time nothing is changed and nothing asked", async () => {
  const first = await bootstrap("staging", "--yes", ...GITHUB);
  expect([first.exitCode, first.stderr.text]).toEqual([EXIT.done, ""]);
  expect(account.changes).toEqual([
    "CreateBucket",
    "PutBucketTagging",
    "PutBucketPublicAccess",
    "PutBucketOwnership",
    "PutBucketVersioning",
    "PutBucketEncryption",
    "PutBucketPolicy",
    "PutBucketLifecycle",
    "CreatePolicy",
    "CreateRole",
    "AttachRolePolicy",
    "UpdateAccount",
    "CreateOpenIDConnectProvider",
    "CreateRole",
    "PutRolePolicy",
    "CreateRole",
    "PutRolePolicy",
  ]);
  const second = await bootstrap("staging", ...GITHUB);
  expect(second.stdout.text).toContain("Nothing was to be changed.");
  expect([second.exitCode, account.changes.length]).toEqual([EXIT.done, 17]);
});

test("nothing is changed without a yes", async () => {
  const host = await bootstrap("staging");
  expect([host.exitCode, account.changes]).toEqual([EXIT.refused, []]);
});

test("stopped after any change and run again, it comes to the same account", async () => {
  await bootstrap("staging", "--yes", ...GITHUB);
  const [whole, count] = [contents(account), account.changes.length];
  for (let dieAfter = 0; dieAfter < count; dieAfter++) {
    for (const mock of mocks) mock.restore();
    use(new AwsAccount());
    account.dieAfter = dieAfter;
    const killed = await bootstrap("staging", "--yes", ...GITHUB);
    expect([dieAfter, killed.exitCode]).toEqual([dieAfter, EXIT.failed]);
    account.dieAfter = Number.POSITIVE_INFINITY;
    const again = await bootstrap("staging", "--yes", ...GITHUB);
    expect([dieAfter, again.exitCode]).toEqual([dieAfter, EXIT.done]);
    expect([dieAfter, contents(account)]).toEqual([dieAfter, whole]);
  }
});

test("a setting that somebody changed is put back, and nothing else is touched", async () => {
  await bootstrap("staging", "--yes");
  const bucket = account.buckets.get(BUCKET);
  if (bucket) bucket.settings.Versioning = { Status: "Suspended" };
  account.changes.length = 0;
  const host = await bootstrap("staging", "--yes", "--json");
  expect(account.changes).toEqual(["PutBucketVersioning"]);
  expect(JSON.parse(host.stdout.text).pieces[0]).toEqual({
    what: `state bucket ${BUCKET}`,
    state: "different",
    changes: ["switch versioning on"],
  });
});

test("a bucket that somebody else made is left alone until it is adopted, and keeps its tags", async () => {
  account.addBucket(BUCKET, { tags: { Team: "blog" }, objects: new Map([["a", "b"]]) });
  const host = await bootstrap("staging", "--yes");
  expect(host.exitCode).toBe(EXIT.attention);
  expect(host.stdout.text).toContain("It lacks: block public access, switch access lists off");
  expect(account.changes.filter((change) => change.includes("Bucket"))).toEqual([]);
  const adopted = await bootstrap("staging", "--yes", "--adopt");
  expect([adopted.exitCode, account.buckets.get(BUCKET)?.tags]).toEqual([
    EXIT.done,
    { Team: "blog", ManagedBy: "terrace bootstrap", Project: "blogapp" },
  ]);
});

test("roles, policies and a logging role of others are never changed", async () => {
  const theirs = { tags: [], documents: { trust: "{}", v1: "{}" } };
  account.roles.set("terrace-blogapp-staging-plan", theirs);
  account.policies.set("arn:aws:iam::123456789012:policy/terrace-blogapp-staging-boundary", theirs);
  account.loggingRole = "arn:aws:iam::123456789012:role/somebody";
  account.identityProvider = { audiences: ["https://github.com/octocat"], tags: [] };
  const host = await bootstrap("staging", "--yes", ...GITHUB);
  expect(host.exitCode).toBe(EXIT.attention);
  expect(host.stdout.text).toContain("3 of these somebody else made, and they were left alone: see above.");
  expect(account.loggingRole).toBe("arn:aws:iam::123456789012:role/somebody");
  expect(account.identityProvider.audiences).toEqual(["https://github.com/octocat"]);
  expect([theirs.documents, [...account.roles.keys()]]).toEqual([
    { trust: "{}", v1: "{}" },
    ["terrace-blogapp-staging-plan", "terrace-blogapp-staging-apply"],
  ]);
});

test("API Gateway is asked again until it sees what its role may do, and not for ever", async () => {
  account.unseen = 3;
  expect((await bootstrap("staging", "--yes")).exitCode).toBe(EXIT.done);
  expect(waits).toEqual([2_000, 4_000, 8_000]);
  account.loggingRole = undefined;
  account.unseen = 100;
  const host = await bootstrap("staging", "--yes");
  expect(host.exitCode).toBe(EXIT.failed);
  expect(host.stderr.text).toContain("give it to API Gateway: The role ARN does not have required permissions");
});

test("every region has a bucket of its own, and only the first is not named when it is made", async () => {
  await bootstrap("staging", "--yes");
  expect(account.buckets.get(BUCKET)?.location).toBe("ap-northeast-1");
  const { stateBucketPiece } = await import("../../commands/bootstrap/state-bucket");
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { environment } = await import("../support/staging");
  const virginia = { ...environment, region: "us-east-1" };
  const { changes } = await stateBucketPiece(new S3Client({}), virginia, { adopt: false }).look(AbortSignal.any([]));
  for (const change of changes) await change.make(AbortSignal.any([]));
  expect(account.buckets.get("blogapp-tfstate-123456789012-us-east-1")?.location).toBeUndefined();
  expect(account.buckets.size).toBe(2);
});

test("states of the bucket that all regions shared are copied, none over another and none that is locked", async () => {
  const key = (stack: string) => `blogapp/staging/${stack}.tfstate`;
  const former = account.addBucket("blogapp-terraform-state-123456789012", {
    objects: new Map([
      [key("staging"), "one"],
      [key("staging-ecr"), "two"],
      [`${key("staging")}.tflock`, "{}"],
      ["blogapp/production/production.tfstate", "another's"],
    ]),
  });
  const locked = await bootstrap("staging", "--yes");
  expect(locked.stderr.text).toContain("is locked: somebody deploys from an earlier checkout");
  former.objects.delete(`${key("staging")}.tflock`);
  expect((await bootstrap("staging", "--yes")).exitCode).toBe(EXIT.done);
  const present = account.buckets.get(BUCKET)?.objects;
  expect([...(present ?? [])]).toEqual([
    [key("staging"), "one"],
    [key("staging-ecr"), "two"],
  ]);
  present?.set(key("staging"), "newer");
  expect((await bootstrap("staging")).exitCode).toBe(EXIT.done);
  expect([present?.get(key("staging")), former.objects.size]).toEqual(["newer", 3]);
});

test("the boundary is renewed as often as the rights change, though IAM keeps five versions", async () => {
  const arn = "arn:aws:iam::123456789012:policy/terrace-blogapp-staging-boundary";
  const documents = { v1: "{}", v2: "{}", v3: "{}", v4: "{}", v5: "{}" };
  account.policies.set(arn, { tags: OURS, documents });
  expect((await bootstrap("staging", "--yes")).exitCode).toBe(EXIT.done);
  expect(Object.keys(documents)).toEqual(["v2", "v3", "v4", "v5", "v6"]);
});

test("the policies are printed without AWS, for whoever makes roles in another way", async () => {
  clone.write("cdktf.out/stacks/staging/cdk.tf.json", '{"resource":{"aws_sqs_queue":{"a":{}}}}');
  const host = await bootstrap("staging", "--policy", "apply", "--json");
  expect(host.stdout.text).toContain("sqs:CreateQueue");
  expect(host.stdout.text).not.toContain("lambda:");
  expect((await bootstrap("staging", "--policy", "boundary")).stdout.text).toContain("kms:GenerateMac");
  clone.write("cdktf.out/stacks/staging/cdk.tf.json", '{"resource":{"aws_thing":{"a":{}}}}');
  expect((await bootstrap("staging", "--policy", "plan")).stderr.text).toContain(
    'resource type: "aws_thing" has no rights written down',
  );
});

test.each([
  [["--github", "octocat"], '--github: "octocat" is not a repository'],
  [["--github", "octocat/*"], '--github: "octocat/*" is not a repository'],
  [["--github", "octocat/blog", "--github-ids", "1"], '--github-ids: "1" is not two numbers'],
  [["--github-ids", "1/2"], '--github-ids: "1/2" belongs to --github'],
])("%j is refused before anything is asked", async (words, message) => {
  const host = await bootstrap("staging", "--yes", ...words);
  expect(host.stderr.text).toContain(message);
  expect([host.exitCode, account.changes]).toEqual([EXIT.failed, []]);
});
