/**
 * ECR before a real registry: its API as the SDK speaks it, STS's, and the manners by which its registry differs from
 * others. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html
 */
import http from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../servers/http-server";
import { type Front, type Manners, startFront } from "./front";

export interface Ecr {
  /** For AWS_ENDPOINT_URL: it answers for every service. */
  readonly api: string;
  readonly registry: Front;
  /** The operations that were called, such as `DescribeImages`. */
  readonly calls: readonly string[];
  readonly account: string;
  /** Lists the digests of a repository's images that have a tag. */
  digests(repository: string): Promise<string[]>;
  /** Makes the tokens that were given out so far too old. */
  expireTokens(): void;
  stop(): Promise<void>;
}

export interface EcrSettings {
  readonly account: string;
  readonly repositories: readonly string[];
  /** Whether the account lets its repositories share blobs. */
  readonly blobMounting?: boolean;
  /** Whether tags may not be pushed again. */
  readonly immutable?: boolean;
  /** What happens before ECR's own manners. */
  readonly own?: Manners;
}

const refusal = (status: number, code: string, message: string) => ({
  status,
  body: JSON.stringify({ errors: [{ code, message }] }),
});

export async function startEcr(storage: string, settings: EcrSettings): Promise<Ecr> {
  const { account, repositories, blobMounting = false, immutable = false, own = () => undefined } = settings;
  let token = Buffer.from("AWS:password-1").toString("base64");
  let made = 1;
  const registry = await startFront(storage, async (exchange) => {
    const { method, path, headers } = exchange;
    const answer = await own(exchange);
    if (answer) return answer;
    if (headers.authorization === undefined)
      return {
        ...refusal(401, "UNAUTHORIZED", "Not Authorized"),
        headers: { "www-authenticate": 'Basic realm="https://ecr",service="ecr.amazonaws.com"' },
      };
    if (headers.authorization !== `Basic ${token}`)
      return refusal(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
    const [, repository = ""] = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(path) ?? [];
    if (!repositories.includes(repository))
      return method === "POST" ? { cutAfter: -1 } : refusal(404, "NAME_UNKNOWN", "The repository does not exist");
    if (method === "PATCH") return refusal(400, "UNSUPPORTED", "this double takes whole blobs only");
    if (method === "PUT" && (headers["content-range"] || !headers["content-length"]))
      return refusal(416, "BLOB_UPLOAD_INVALID", "parts have to be 5 MiB at least");
    if (method === "POST" && path.includes("mount=") && !blobMounting) return { path: path.replace(/\?.*/, "") };
    const [, tag] = /\/manifests\/(?!sha256:)([^?]+)$/.exec(path) ?? [];
    if (method === "PUT" && immutable && tag !== undefined && (await digestOf(repository, tag)) !== undefined)
      return refusal(
        400,
        "TAG_INVALID",
        `The image tag '${tag}' already exists and cannot be overwritten because the repository is immutable.`,
      );
    return undefined;
  });

  async function digestOf(repository: string, reference: string): Promise<string | undefined> {
    const accept = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json";
    const { status, headers } = await fetch(`${storage}/v2/${repository}/manifests/${reference}`, {
      method: "HEAD",
      headers: { accept },
    });
    return status === 200 ? (headers.get("docker-content-digest") ?? undefined) : undefined;
  }

  /** An image without a tag is not found by a registry's API. */
  async function digests(repository: string): Promise<string[]> {
    const answer = await fetch(`${storage}/v2/${repository}/tags/list`);
    if (!answer.ok) return [];
    const { tags } = (await answer.json()) as { readonly tags: readonly string[] | null };
    const found = await Promise.all((tags ?? []).map((tag) => digestOf(repository, tag)));
    return [...new Set(found.filter((digest) => digest !== undefined))];
  }

  const calls: string[] = [];
  const operations: Readonly<Record<string, (input: Input) => Promise<object>>> = {
    GetAuthorizationToken: async () => ({
      authorizationData: [{ authorizationToken: token, expiresAt: 4102444800, proxyEndpoint: registry.url }],
    }),
    DescribeImages: async ({ registryId, repositoryName = "", imageIds = [] }) => {
      if (registryId !== account || !repositories.includes(repositoryName))
        throw new Failure("RepositoryNotFoundException");
      const [{ imageTag, imageDigest } = {}] = imageIds;
      const digest = await digestOf(repositoryName, imageTag ?? imageDigest ?? "");
      if (digest === undefined) throw new Failure("ImageNotFoundException");
      return { imageDetails: [{ registryId, repositoryName, imageDigest: digest }] };
    },
    ListImages: async ({ repositoryName = "" }) => {
      if (!repositories.includes(repositoryName)) throw new Failure("RepositoryNotFoundException");
      return { imageIds: (await digests(repositoryName)).map((imageDigest) => ({ imageDigest })) };
    },
    BatchDeleteImage: async ({ repositoryName = "", imageIds = [] }) => {
      const failures: object[] = [];
      for (const imageId of imageIds) {
        const path = `${storage}/v2/${repositoryName}/manifests/${imageId.imageDigest}`;
        const { status } = await fetch(path, { method: "DELETE" });
        if (status !== 202) failures.push({ imageId, failureCode: "ImageNotFound", failureReason: String(status) });
      }
      return { imageIds, failures };
    },
  };
  const api = http.createServer(async (request, response) => {
    const body = await text(request);
    const [, operation = ""] = /\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? [];
    if (body.includes("Action=GetCallerIdentity")) {
      calls.push("GetCallerIdentity");
      response.writeHead(200, { "content-type": "text/xml" });
      response.end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${account}:user/jane</Arn><UserId>AIDA</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
      return;
    }
    calls.push(operation);
    const json = { "content-type": "application/x-amz-json-1.1" };
    try {
      const answer = await operations[operation]?.(JSON.parse(body));
      if (!answer) throw new Failure("UnknownOperationException");
      response.writeHead(200, json).end(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      response.writeHead(400, json).end(JSON.stringify({ __type: error.message, message: error.message }));
    }
  });
  const listening = await listen(api);
  return {
    api: listening.url,
    registry,
    calls,
    account,
    digests,
    expireTokens: () => {
      token = Buffer.from(`AWS:password-${++made}`).toString("base64");
    },
    stop: async () => {
      await registry.stop();
      await listening.stop();
    },
  };
}

class Failure extends Error {}

interface Input {
  readonly registryId?: string;
  readonly repositoryName?: string;
  readonly imageIds?: readonly { readonly imageTag?: string; readonly imageDigest?: string }[];
}
