import { StartError } from "../shared/errors";
import { isObject, type JsonObject, parseJson } from "../shared/json";
import type { QueueDefinition } from "./model";
import type { Resource, Terraform } from "./terraform";

/** Reads the queues of the definition, with the dead letters of each; those of Terraform's defaults that it leaves out. */
export function readQueues(terraform: Terraform): QueueDefinition[] {
  const resources = terraform.all("aws_sqs_queue");
  const policies = terraform.all("aws_sqs_queue_redrive_policy");
  const queues = resources.map((queue): QueueDefinition => {
    const number = (key: string, least: number, most: number, fallback: number) => {
      const value = queue.has(key) ? queue.number(key) : fallback;
      if (value < least || value > most)
        throw new StartError(`${queue.address}: ${key} ${value} is refused by AWS: it takes ${least} to ${most}.`);
      return value;
    };
    const name = queue.text("name");
    if (!/^[\w-]{1,80}$/.test(name))
      throw new StartError(
        `${queue.address}: the name "${name}" is not emulated: only those of standard queues are, up to 80 letters, digits, - and _.`,
      );
    const url = terraform.computed(queue, "url");
    const policy = policies.find((candidate) => candidate.text("queue_url") === url);
    return {
      name,
      arn: terraform.computed(queue, "arn"),
      url,
      visibilitySeconds: number("visibility_timeout_seconds", 0, 43_200, 30),
      retentionSeconds: number("message_retention_seconds", 60, 1_209_600, 345_600),
      delaySeconds: number("delay_seconds", 0, 900, 0),
      waitSeconds: number("receive_wait_time_seconds", 0, 20, 0),
      maxBytes: number("max_message_size", 1024, 1_048_576, 262_144),
      deadLetters: policy && deadLettersOf(policy),
    };
  });
  const allows = terraform.all("aws_sqs_queue_redrive_allow_policy");
  for (const policy of [...policies, ...allows]) requireQueue(policy, policy.text("queue_url"), queues);
  for (const allow of allows) permissionOf(allow);
  for (const policy of policies) requireAccepted(allows, policy, queues);
  return queues;
}

function requireQueue({ address }: Resource, url: string, queues: readonly QueueDefinition[]): void {
  if (!queues.some((queue) => queue.url === url))
    throw new StartError(`${address}: the queue ${url} is not in the definition.`);
}

/** Which queues may move messages to the queue of a policy: all, none, or those with these ARNs. */
function permissionOf(allow: Resource): "all" | readonly string[] {
  const { redrivePermission, sourceQueueArns = [] } = documentOf(allow, "redrive_allow_policy");
  if (redrivePermission === "allowAll") return "all";
  if (redrivePermission === "denyAll") return [];
  if (redrivePermission !== "byQueue" || !Array.isArray(sourceQueueArns))
    throw new StartError(
      `${allow.address}: redrivePermission "${String(redrivePermission)}" is not emulated: only "allowAll" or "denyAll" or "byQueue" is.`,
    );
  return sourceQueueArns.map(String);
}

function deadLettersOf(policy: Resource): { readonly arn: string; readonly after: number } {
  const { deadLetterTargetArn, maxReceiveCount, ...others } = documentOf(policy, "redrive_policy");
  const [other] = Object.keys(others);
  if (other !== undefined) throw new StartError(`${policy.address}: "${other}" in redrive_policy is not emulated.`);
  if (typeof deadLetterTargetArn !== "string" || typeof maxReceiveCount !== "number")
    throw new StartError(`${policy.address}: redrive_policy needs deadLetterTargetArn and maxReceiveCount.`);
  return { arn: deadLetterTargetArn, after: maxReceiveCount };
}

/** Refuses dead letters that would go to no queue of the definition, or to one that does not take them. */
function requireAccepted(allows: readonly Resource[], policy: Resource, queues: readonly QueueDefinition[]): void {
  const { arn } = deadLettersOf(policy);
  const target = queues.find((queue) => queue.arn === arn);
  if (!target) throw new StartError(`${policy.address}: the queue ${arn} is not in the definition.`);
  const allow = allows.find((candidate) => candidate.text("queue_url") === target.url);
  const accepted = allow === undefined ? "all" : permissionOf(allow);
  const source = queues.find(({ url }) => url === policy.text("queue_url"))?.arn ?? "";
  if (allow && accepted !== "all" && !accepted.includes(source))
    throw new StartError(`${allow.address} does not let ${policy.address} move messages there.`);
}

function documentOf(resource: Resource, key: string): JsonObject {
  const document = parseJson(resource.text(key));
  if (!isObject(document)) throw new StartError(`${resource.address}: ${key} is not a JSON object.`);
  return document;
}
