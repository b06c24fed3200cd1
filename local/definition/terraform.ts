import { createHash } from "node:crypto";
import { StartError } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import { unknownAttributes } from "./attributes";
import { Block } from "./block";
import { evaluate, type Reference } from "./expressions";
import { resourceTypes } from "./resource-types";

/** A resource of the definition. */
export interface Resource extends Block {
  readonly type: string;
  /** The name in the definition, which is unique within the type. */
  readonly name: string;
}

/** The account and region that the definition is deployed to, as far as they show in ARNs and addresses. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** `aws`, or `aws-cn` and `aws-us-gov` in their regions. */
  readonly partition: string;
  /** `amazonaws.com`, or `amazonaws.com.cn`. */
  readonly suffix: string;
}

/** The parts that a `cdk.tf.json` may have. Only resources and the AWS provider mean something here. */
const KNOWN_PARTS = ["//", "output", "provider", "removed", "resource", "terraform", "variable"];

/** A definition in Terraform's JSON syntax, with every attribute accounted for and every reference resolved. */
export class Terraform {
  readonly place: Place;
  /** The number of resources that decide what the local cloud does, and of those without a meaning on one machine. */
  readonly counts: { readonly emulated: number; readonly cloudOnly: number };
  private readonly resources: readonly Resource[];
  private readonly resolving: string[] = [];

  /** @throws StartError that lists everything in the definition that is neither emulated nor known to be cloud-only */
  constructor(json: string) {
    const root = parseJson(json);
    if (!isObject(root)) throw new StartError("It is not a JSON object.");
    this.place = this.readPlace(root);
    this.resources = entries(root.resource, "resource").flatMap(([type, named]) =>
      entries(named, type).map(([name, values]) => this.resource(type, name, values)),
    );
    const problems = Object.keys(root)
      .filter((part) => !KNOWN_PARTS.includes(part))
      .map((part) => `"${part}" blocks are not emulated.`);
    let cloudOnly = 0;
    for (const resource of this.resources) {
      const type = resourceTypes[resource.type];
      if (!type) problems.push(`${resource.address}: resources of type ${resource.type} are not emulated.`);
      else
        for (const path of unknownAttributes(resource, type))
          problems.push(`${resource.address}: the attribute ${path} is not emulated.`);
      if (type?.emulated.length === 0) cloudOnly++;
    }
    if (problems.length > 0) throw new StartError(problems.join("\n"));
    this.counts = { emulated: this.resources.length - cloudOnly, cloudOnly };
  }

  /** Returns the resources of a type, in the order of the definition. */
  all(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Returns an attribute that AWS computes, such as `arn`. */
  computed(resource: Resource, attribute: string): string {
    const value = computedAttribute(this.place, resource, attribute, (key) => resource.text(key));
    if (value === undefined) throw new StartError(`${resource.address}.${attribute} is not emulated.`);
    return value;
  }

  private resource(type: string, name: string, values: unknown): Resource {
    const address = `${type}.${name}`;
    if (!isObject(values)) throw new StartError(`${address} is not an object.`);
    const block = new Block(address, values, (template, where) =>
      evaluate(template, where, (to) => this.resolve(to, where)),
    );
    return Object.assign(block, { type, name });
  }

  private resolve({ type, name, attribute }: Reference, where: string): string {
    const resource = this.resources.find((candidate) => candidate.type === type && candidate.name === name);
    const reference = `${type}.${name}.${attribute}`;
    if (!resource) throw new StartError(`${where}: there is no ${type}.${name}, which \${${reference}} refers to.`);
    if (this.resolving.includes(reference)) throw new StartError(`${where}: \${${reference}} refers to itself.`);
    this.resolving.push(reference);
    try {
      return resource.has(attribute) ? resource.text(attribute) : this.computed(resource, attribute);
    } finally {
      this.resolving.pop();
    }
  }

  private readPlace(root: JsonObject): Place {
    const [provider] = entries(root.provider, "provider").filter(([name]) => name === "aws");
    const block = new Block("provider", { aws: provider?.[1] ?? [] }, (template) => template).block("aws");
    if (!block) throw new StartError("provider.aws is missing.");
    const region = block.text("region");
    const [account = "000000000000"] = block.texts("allowed_account_ids");
    const china = region.startsWith("cn-");
    const partition = china ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    return { account, region, partition, suffix: china ? "amazonaws.com.cn" : "amazonaws.com" };
  }
}

function entries(value: unknown, what: string): [string, JsonObject[string]][] {
  if (value !== undefined && !isObject(value)) throw new StartError(`"${what}" is not an object.`);
  return Object.entries(value ?? {});
}

/** Makes an id in place of one that AWS would choose. It is always the same for the same resource. */
function localId(resource: Resource): string {
  const digest = createHash("sha256").update(resource.address).digest();
  return digest.readBigUInt64BE().toString(36).slice(0, 10).padStart(10, "0");
}

function computedAttribute(
  { account, region, partition, suffix }: Place,
  resource: Resource,
  attribute: string,
  text: (key: string) => string,
): string | undefined {
  const arn = (service: string, path: string, where = `${region}:${account}`) =>
    `arn:${partition}:${service}:${where}:${path}`;
  const apiArn = (id: string) => arn("execute-api", id);
  const lambdaArn = () => arn("lambda", `function:${text("function_name")}`);
  const address = `${localId(resource)}.execute-api.${region}.${suffix}`;
  const attributes: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
    aws_apigatewayv2_api: {
      api_endpoint: () => `${text("protocol_type") === "WEBSOCKET" ? "wss" : "https"}://${address}`,
      execution_arn: () => apiArn(localId(resource)),
      id: () => localId(resource),
    },
    aws_apigatewayv2_integration: { id: () => localId(resource) },
    aws_apigatewayv2_route: { id: () => localId(resource) },
    aws_apigatewayv2_stage: {
      execution_arn: () => `${apiArn(text("api_id"))}/${text("name")}`,
      id: () => text("name"),
    },
    aws_cloudwatch_log_group: { arn: () => arn("logs", `log-group:${text("name")}`), id: () => text("name") },
    aws_dynamodb_table: {
      arn: () => arn("dynamodb", `table/${text("name")}`),
      id: () => text("name"),
      // On AWS it ends with the time at which the stream was switched on, which the data here knows.
      stream_arn: () => arn("dynamodb", `table/${text("name")}/stream/current`),
    },
    aws_iam_role: { arn: () => arn("iam", `role/${text("name")}`, `:${account}`), id: () => text("name") },
    aws_kms_key: {
      arn: () => arn("kms", `key/${localId(resource)}`),
      id: () => localId(resource),
      key_id: () => localId(resource),
    },
    aws_lambda_function: {
      arn: lambdaArn,
      id: () => text("function_name"),
      invoke_arn: () => arn("apigateway", `path/2015-03-31/functions/${lambdaArn()}/invocations`, `${region}:lambda`),
    },
    aws_scheduler_schedule: { arn: () => arn("scheduler", `schedule/${text("group_name")}/${text("name")}`) },
    aws_scheduler_schedule_group: {
      arn: () => arn("scheduler", `schedule-group/${text("name")}`),
      id: () => text("name"),
    },
    aws_sqs_queue: {
      arn: () => arn("sqs", text("name")),
      id: () => `https://sqs.${region}.${suffix}/${account}/${text("name")}`,
      url: () => `https://sqs.${region}.${suffix}/${account}/${text("name")}`,
    },
    aws_lambda_function_url: {
      function_url: () => `https://${localId(resource)}.lambda-url.${region}.on.aws/`,
      url_id: () => localId(resource),
    },
  };
  return attributes[resource.type]?.[attribute]?.();
}
