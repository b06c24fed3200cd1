/**
 * An account of AWS on one port, for commands and for Terraform's backend: they are told of it by AWS_ENDPOINT_URL. Which
 * service and which region a request is for, its signature says. What is deployed is what Terraform's states say; of
 * whatever else is asked there is none.
 */
import http from "node:http";
import { buffer } from "node:stream/consumers";
import * as iam from "@aws-sdk/client-iam";
import { AwsAccount } from "../../aws/account";
import { playIam } from "../../aws/iam";
import { type Ecr, startEcr } from "../../registry/ecr";
import { type Answer, json, refused, xml } from "../answers";
import { listen } from "../http-server";
import { S3 } from "../s3";
import { answerXml, callerXml, errorXml, readCall } from "./query-api";
import { States } from "./states";
import { refusalOf, Tables } from "./tables";

export interface Account {
  readonly url: string;
  readonly s3: S3;
  readonly states: States;
  readonly tables: Tables;
  /** Lists the digests of a repository's images that have a tag. */
  images(region: string, repository: string): Promise<string[]>;
  /** What was asked of Lambda, such as `PUT blogapp-staging-api`. */
  readonly lambdaCalls: string[];
  stop(): Promise<void>;
}

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly region: string;
  /** `Scan` of `DynamoDB_20120810.Scan`; empty if the service does not say it so. */
  readonly operation: string;
}

/** ECR of a region, and the repositories that are there now. */
interface Registry {
  readonly ecr: Ecr;
  readonly repositories: string[];
}

/** Undefined drops the connection. */
type Service = (call: Call) => Promise<Answer> | Answer | undefined;

/** Starts an account whose registry keeps its images in a real one. @param storage - that one's address */
export async function startAccount(id: string, storage: string): Promise<Account> {
  const s3 = new S3(id);
  const states = new States(s3);
  const tables = new Tables(states);
  const prepared = new AwsAccount(id);
  const roles = playIam(prepared);
  const identities = new iam.IAMClient({ region: "us-east-1" });
  const registries = new Map<string, Registry>();
  const registryIn = async (region: string): Promise<Registry> => {
    const repositories: string[] = [];
    const registry = registries.get(region) ?? {
      ecr: await startEcr(storage, { account: id, repositories }),
      repositories,
    };
    registries.set(region, registry);
    const there = states.of("aws_ecr_repository", region).map(({ attributes }) => String(attributes.name));
    registry.repositories.splice(0, registry.repositories.length, ...there);
    return registry;
  };
  const lambdaCalls: string[] = [];

  const services: Readonly<Record<string, Service>> = {
    s3: (call) => s3.answer(call),
    sts: () => xml(callerXml(id)),
    iam: async ({ body }) => {
      const { action, input } = readCall(body.toString("utf8"));
      const command = Object.entries(iam).find(([name]) => name === `${action}Command`)?.[1];
      if (typeof command !== "function") return xml(errorXml("InvalidAction", action), 400);
      try {
        return xml(answerXml(action, await identities.send(Reflect.construct(command, [input]))));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return xml(errorXml(error.name.replace(/Exception$/, ""), error.message), 400);
      }
    },
    apigateway: ({ method, url, body }) => {
      if (/\/(apis|routes|integrations|routeresponses)$/.test(url.pathname)) return json({ items: [] });
      if (url.pathname !== "/account") return refused("NotFoundException", "Unable to find it", 404);
      if (method === "PATCH") {
        const [{ value }] = JSON.parse(body.toString("utf8")).patchOperations;
        const role = prepared.roles.get(String(value).split("/").at(-1) ?? "");
        if (!role || !Object.values(role.documents).includes("attached"))
          return refused("BadRequestException", "The role ARN does not have required permissions set to API Gateway");
        prepared.loggingRole = value;
      }
      return json({ cloudwatchRoleArn: prepared.loggingRole });
    },
    dynamodb: async ({ region, operation, body }) => {
      try {
        return json(await tables.call(region, operation, JSON.parse(body.toString("utf8"))));
      } catch (error) {
        const { type, message } = refusalOf(error);
        return refused(type, message);
      }
    },
    ecr: async ({ region, operation, headers, body }) => {
      if (/^(DescribeRepositories|Get\w+Policy)$/.test(operation)) return refused("RepositoryNotFoundException");
      const answer = await fetch((await registryIn(region)).ecr.api, {
        method: "POST",
        headers: { "x-amz-target": String(headers["x-amz-target"]) },
        body,
      });
      const type = answer.headers.get("content-type") ?? "";
      return { status: answer.status, headers: { "content-type": type }, body: await answer.text() };
    },
    lambda: ({ method, url, region }) => {
      const [, , resource, name = ""] = url.pathname.split("/");
      const there = states
        .of("aws_lambda_function", region)
        .some(({ attributes }) => attributes.function_name === name);
      if (resource === "event-source-mappings") return json({ EventSourceMappings: [] });
      lambdaCalls.push(`${method} ${name}`);
      if (!there || method === "GET") return refused("ResourceNotFoundException", "Function not found", 404);
      return method === "DELETE" ? { status: 204 } : json({});
    },
    sqs: () => refused("com.amazonaws.sqs#QueueDoesNotExist"),
    scheduler: () => refused("ResourceNotFoundException", "Schedule does not exist.", 404),
    kms: () => json({}),
    logs: () => json({}),
  };

  const server = http.createServer(async (request, response) => {
    const { authorization = "", "x-amz-target": target } = request.headers;
    const [, region = "", name = ""] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
    const call: Call = {
      method: request.method ?? "",
      url: new URL(request.url ?? "", "http://aws"),
      headers: request.headers,
      body: await buffer(request),
      region,
      operation:
        String(target ?? "")
          .split(".")
          .at(-1) ?? "",
    };
    const service = services[name] ?? (() => refused("UnknownService", name));
    const answer = await service(call);
    if (answer === undefined) request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const listening = await listen(server);
  return {
    url: listening.url,
    s3,
    states,
    tables,
    images: async (region, repository) => (await registryIn(region)).ecr.digests(repository),
    lambdaCalls,
    stop: async () => {
      await listening.stop();
      for (const { ecr } of registries.values()) await ecr.stop();
      await tables.close();
      roles.restore();
      identities.destroy();
    },
  };
}
