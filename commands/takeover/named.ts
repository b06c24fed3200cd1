import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { type CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeRepositoriesCommand,
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { GetRoleCommand, GetRolePolicyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { GetScheduleCommand, GetScheduleGroupCommand, type SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type Find, found, orAbsent } from "./finding";

export interface NamedClients {
  readonly alarms: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly tables: DynamoDBClient;
  readonly images: ECRClient;
  readonly roles: IAMClient;
  readonly schedules: SchedulerClient;
  readonly queues: SQSClient;
}

/** Looks for what has a physical name, which nothing else in the account and region has. */
export function namedFinders(clients: NamedClients): Readonly<Record<string, Find>> {
  const { alarms, logs, tables, images, roles, schedules, queues } = clients;
  /** Looks for something whose name is an argument and its id. */
  const named =
    (argument: string, get: (name: string) => Promise<unknown>): Find =>
    async (sought) => {
      const name = sought.text(argument);
      return name !== undefined && (await orAbsent(get(name))) !== undefined ? found(name) : undefined;
    };
  const queuePolicy =
    (attribute: QueueAttributeName): Find =>
    async (sought) => {
      const QueueUrl = sought.text("queue_url");
      if (QueueUrl === undefined) return undefined;
      const asking = queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      return (await orAbsent(asking))?.Attributes?.[attribute] === undefined ? undefined : found(QueueUrl);
    };
  return {
    aws_iam_role: named("name", (RoleName) => roles.send(new GetRoleCommand({ RoleName }))),
    aws_iam_role_policy: async (sought) => {
      const [RoleName, PolicyName] = [sought.text("role"), sought.text("name")];
      if (RoleName === undefined || PolicyName === undefined) return undefined;
      const policy = await orAbsent(roles.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
      return policy && found(`${RoleName}:${PolicyName}`);
    },
    aws_dynamodb_table: named("name", (TableName) => tables.send(new DescribeTableCommand({ TableName }))),
    aws_cloudwatch_log_group: async (sought) => {
      const name = sought.text("name");
      const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      return name !== undefined && logGroups.some(({ logGroupName }) => logGroupName === name)
        ? found(name)
        : undefined;
    },
    aws_cloudwatch_metric_alarm: async (sought) => {
      const name = sought.text("alarm_name");
      if (name === undefined) return undefined;
      const { MetricAlarms = [] } = await alarms.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      return MetricAlarms.length > 0 ? found(name) : undefined;
    },
    aws_ecr_repository: named("name", (name) =>
      images.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
    ),
    aws_ecr_lifecycle_policy: named("repository", (repositoryName) =>
      images.send(new GetLifecyclePolicyCommand({ repositoryName })),
    ),
    aws_ecr_repository_policy: named("repository", (repositoryName) =>
      images.send(new GetRepositoryPolicyCommand({ repositoryName })),
    ),
    aws_scheduler_schedule_group: named("name", (Name) => schedules.send(new GetScheduleGroupCommand({ Name }))),
    aws_scheduler_schedule: async (sought) => {
      const [GroupName, Name] = [sought.text("group_name"), sought.text("name")];
      if (GroupName === undefined || Name === undefined) return undefined;
      const schedule = await orAbsent(schedules.send(new GetScheduleCommand({ GroupName, Name })));
      return schedule && found(`${GroupName}/${Name}`);
    },
    aws_sqs_queue: async (sought) => {
      const QueueName = sought.text("name");
      if (QueueName === undefined) return undefined;
      const url = (await orAbsent(queues.send(new GetQueueUrlCommand({ QueueName }))))?.QueueUrl;
      return url === undefined ? undefined : found(url);
    },
    aws_sqs_queue_redrive_policy: queuePolicy("RedrivePolicy"),
    aws_sqs_queue_redrive_allow_policy: queuePolicy("RedriveAllowPolicy"),
  };
}
