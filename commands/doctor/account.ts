import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { IAMClient } from "@aws-sdk/client-iam";
import { HeadObjectCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../../environments/environment";
import { stackNames, stateBucket, stateKey } from "../../environments/names";
import { project } from "../../environments/project";
import { awsSettings, requireAccount } from "../aws/account";
import { boundaryPiece } from "../bootstrap/boundary";
import { formerStatesPiece } from "../bootstrap/former-states";
import { gatewayLoggingPiece } from "../bootstrap/gateway-logging";
import { orNothing, type Piece } from "../bootstrap/piece";
import { stateBucketPiece } from "../bootstrap/state-bucket";
import { awsFailure } from "../errors/aws-failure";
import { CommandError } from "../errors/command-error";
import { readLock } from "../terraform/lock";
import { type Diagnosis, fine, unknown, warning, wrong } from "./diagnosis";

/** Looks at the environment's account: who the credentials are, what has to be prepared, and where its states are. */
export async function diagnoseAccount(environment: Environment, signal: AbortSignal): Promise<readonly Diagnosis[]> {
  const caller = await diagnosed("credentials", async () => {
    const { account, arn } = await requireAccount(environment, signal);
    return [fine("credentials", `are ${arn}, of account ${account}`)];
  });
  if (caller.some(({ state }) => state !== "fine")) return caller;
  const settings = awsSettings(environment);
  const clients = { s3: new S3Client(settings), iam: new IAMClient(settings), gateway: new APIGatewayClient(settings) };
  try {
    const pieces = [
      stateBucketPiece(clients.s3, environment, { adopt: false }),
      formerStatesPiece(clients.s3, environment),
      boundaryPiece(clients.iam, environment),
      gatewayLoggingPiece({ ...clients, wait: async () => undefined }, environment),
    ];
    const found = [...caller];
    for (const piece of pieces) found.push(...(await diagnosed(piece.what, () => pieceOf(piece, environment, signal))));
    found.push(...(await diagnosed("locks", () => locks(clients.s3, environment, signal))));
    found.push(...(await diagnosed("other regions", () => otherRegions(clients.s3, environment))));
    return found;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function pieceOf(piece: Piece, { name }: Environment, signal: AbortSignal): Promise<readonly Diagnosis[]> {
  const { state, note, changes } = await piece.look(signal);
  if (state === "foreign") return [warning(piece.what, note ?? "is somebody else's", "see docs/bootstrap.md")];
  if (changes.length === 0) return [fine(piece.what, note === undefined ? "is as it should be" : `is there: ${note}`)];
  const says =
    state === "missing" ? "is missing" : `is not as it should be: ${changes.map(({ does }) => does).join(", ")}`;
  return [wrong(piece.what, says, `run \`npx terrace bootstrap ${name}\``)];
}

/** A lock is somebody's deployment, or what is left of one that was killed. */
async function locks(s3: S3Client, environment: Environment, signal: AbortSignal): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (const stack of Object.values(stackNames(environment))) {
    const state = { bucket: stateBucket(environment), key: stateKey(environment, stack), region: environment.region };
    const lock = await orNothing(readLock(s3, state, signal), "NoSuchBucket");
    if (!lock) continue;
    const { who, operation, since, id } = lock;
    const says = `is locked by ${who} (${operation || "an operation"}) since ${since.toISOString()}`;
    const remedy = `wait for it; if that run is certainly dead, break its lock: terraform -chdir=cdktf.out/stacks/${stack} force-unlock ${id}`;
    found.push(warning(`state of ${stack}`, says, remedy));
  }
  return found.length > 0 ? found : [fine(`states of ${environment.name}`, "are not locked")];
}

/** A region that was changed leaves the environment behind, with everything users wrote. */
async function otherRegions(s3: S3Client, environment: Environment): Promise<readonly Diagnosis[]> {
  const { name, account, region } = environment;
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const states = `${project.prefix}-tfstate-${account}-`;
  const others = Buckets.map(({ Name = "" }) => Name)
    .filter((bucket) => bucket.startsWith(states) && bucket !== stateBucket(environment))
    .map((bucket) => bucket.slice(states.length));
  const found: Diagnosis[] = [];
  for (const other of others) if (await hasState(environment, other)) found.push(leftBehind(other));
  return found.length > 0 ? found : [fine(`${name} in other regions`, "is not deployed")];

  function leftBehind(other: string): Diagnosis {
    return warning(
      `${name} in ${other}`,
      `is deployed as well, and environments/${name}.ts now says ${region}`,
      "destroy it there before you deploy it here, or set the region back: docs/deploy.md",
    );
  }
}

async function hasState(environment: Environment, region: string): Promise<boolean> {
  const s3 = new S3Client(awsSettings({ region }));
  const Bucket = stateBucket({ ...environment, region });
  const Key = stateKey(environment, stackNames(environment).application);
  try {
    const own = { Bucket, ExpectedBucketOwner: environment.account };
    return (await orNothing(s3.send(new HeadObjectCommand({ ...own, Key })), "NotFound", "NoSuchKey")) !== undefined;
  } finally {
    s3.destroy();
  }
}

/** Returns what was found, or that it could not be looked at and why. */
async function diagnosed(subject: string, look: () => Promise<readonly Diagnosis[]>): Promise<readonly Diagnosis[]> {
  try {
    return await look();
  } catch (error) {
    const failure = error instanceof CommandError ? error : awsFailure(error);
    if (!failure) throw error;
    const { subject: cause, mistake, remedy, value } = failure.fault;
    if (subject === "credentials")
      return [wrong(subject, `${value === undefined ? "" : `${value} `}${mistake}`, remedy)];
    return [unknown(subject, `could not be looked at: ${cause} ${mistake}`, remedy)];
  }
}
