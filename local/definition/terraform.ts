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
  private readonly byAddress = new Map<string, Resource>();
  private readonly byType = new Map<string, Resource[]>();
  private readonly resolving: string[] = [];
  /** What references stand for, as far as it was asked for: many resources refer to one, and to it through others. */
  private readonly resolved = new Map<string, string>();

  /** @throws StartError that lists everything in the definition that is neither emulated nor known to be cloud-only */
  constructor(json: string) {
    const root = parseJson(json);
    if (!isObject(root)) throw new StartError("It is not a JSON object.");
    this.place = this.readPlace(root);
    this.resources = entries(root.resource, "resource").flatMap(([type, named]) =>
      entries(named, type).map(([name, values]) => this.resource(type, name, values)),
    );
    for (const resource of this.resources) {
      this.byAddress.set(resource.address, resource);
      const ofType = this.byType.get(resource.type);
      if (ofType) ofType.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
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
  all(type: string): readonly Resource[] {
    return this.byType.get(type) ?? [];
  }

  /** Returns an attribute that AWS computes, such as `arn`. */
  computed(resource: Resource, attribute: string): string {
    const compute = COMPUTED[resource.type]?.[attribute];
    if (!compute) throw new StartError(`${resource.address}.${attribute} is not emulated.`);
    return compute(resource, this.place);
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
    const reference = `${type}.${name}.${attribute}`;
    const known = this.resolved.get(reference);
    if (known !== undefined) return known;
    const resource = this.byAddress.get(`${type}.${name}`);
    if (!resource) throw new StartError(`${where}: there is no ${type}.${name}, which \${${reference}} refers to.`);
    if (this.resolving.includes(reference)) throw new StartError(`${where}: \${${reference}} refers to itself.`);
    this.resolving.push(reference);
    try {
      const value = resource.has(attribute) ? resource.text(attribute) : this.computed(resource, attribute);
      this.resolved.set(reference, value);
      return value;
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

const arn = (
  { account, region, partition }: Place,
  service: string,
  path: string,
  where = `${region}:${account}`,
): string => `arn:${partition}:${service}:${where}:${path}`;
const apiArn = (api: string, place: Place): string => arn(place, "execute-api", api);
const lambdaArn = (target: Resource, place: Place): string =>
  arn(place, "lambda", `function:${target.text("function_name")}`);
const queueUrl = (queue: Resource, { account, region, suffix }: Place): string =>
  `https://sqs.${region}.${suffix}/${account}/${queue.text("name")}`;
const nameOf = (resource: Resource): string => resource.text("name");

/** The attributes that AWS computes, by the type of their resource. */
const COMPUTED: Readonly<
  Record<string, Readonly<Record<string, (resource: Resource, place: Place) => string>> | undefined>
> = {
  aws_apigatewayv2_api: {
    api_endpoint: (api, { region, suffix }) =>
      `${api.text("protocol_type") === "WEBSOCKET" ? "wss" : "https"}://${localId(api)}.execute-api.${region}.${suffix}`,
    execution_arn: (api, place) => apiArn(localId(api), place),
    id: localId,
  },
  aws_apigatewayv2_integration: { id: localId },
  aws_apigatewayv2_route: { id: localId },
  aws_apigatewayv2_stage: {
    execution_arn: (stage, place) => `${apiArn(stage.text("api_id"), place)}/${nameOf(stage)}`,
    id: nameOf,
  },
  aws_cloudwatch_log_group: { arn: (group, place) => arn(place, "logs", `log-group:${nameOf(group)}`), id: nameOf },
  aws_dynamodb_table: {
    arn: (table, place) => arn(place, "dynamodb", `table/${nameOf(table)}`),
    id: nameOf,
    // On AWS it ends with the time at which the stream was switched on, which the data here knows.
    stream_arn: (table, place) => arn(place, "dynamodb", `table/${nameOf(table)}/stream/current`),
  },
  aws_iam_role: { arn: (role, place) => arn(place, "iam", `role/${nameOf(role)}`, `:${place.account}`), id: nameOf },
  aws_kms_key: { arn: (key, place) => arn(place, "kms", `key/${localId(key)}`), id: localId, key_id: localId },
  aws_lambda_function: {
    arn: lambdaArn,
    id: (target) => target.text("function_name"),
    invoke_arn: (target, place) =>
      arn(
        place,
        "apigateway",
        `path/2015-03-31/functions/${lambdaArn(target, place)}/invocations`,
        `${place.region}:lambda`,
      ),
  },
  aws_scheduler_schedule: {
    arn: (schedule, place) => arn(place, "scheduler", `schedule/${schedule.text("group_name")}/${nameOf(schedule)}`),
  },
  aws_scheduler_schedule_group: {
    arn: (group, place) => arn(place, "scheduler", `schedule-group/${nameOf(group)}`),
    id: nameOf,
  },
  aws_sqs_queue: { arn: (queue, place) => arn(place, "sqs", nameOf(queue)), id: queueUrl, url: queueUrl },
  aws_lambda_function_url: {
    function_url: (url, { region }) => `https://${localId(url)}.lambda-url.${region}.on.aws/`,
    url_id: localId,
  },
};
