import { type APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { AttachRolePolicyCommand, CreateRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { GATEWAY_LOGGING_ROLE } from "../../environments/names";
import { partition } from "../../environments/region";
import { iamArn, type Place } from "../rights/place";
import { foreign, IAM_TAGS, isOurs, roleNamed } from "./iam";
import { asWanted, type Change, type Look, orNothing, type Piece } from "./piece";

/** Waits so many milliseconds, or until the signal aborts. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** IAM takes up to a minute to let others know of a new role; API Gateway refuses it until then, with one of two texts. */
const NOT_YET = /required permissions|could not successfully write|cloudwatch ?logs role|not authorized to perform/i;
const PAUSES = [2_000, 4_000, 8_000, 8_000, 8_000, 15_000, 15_000, 15_000];

export interface GatewayLoggingClients {
  readonly iam: IAMClient;
  readonly gateway: APIGatewayClient;
  readonly wait: Wait;
}

/**
 * The role that API Gateway writes access logs of WebSocket APIs with: a setting of the whole account and region. One that
 * is set already is left as it is. https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export function gatewayLoggingPiece({ iam, gateway, wait }: GatewayLoggingClients, place: Place): Piece {
  const roleArn = iamArn(place, `role/${GATEWAY_LOGGING_ROLE}`);
  const policyArn = `arn:${partition(place.region).name}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`;
  const createRole: Change = {
    does: `create the role ${GATEWAY_LOGGING_ROLE}`,
    make: async () => {
      const trust = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "apigateway.amazonaws.com" } }],
      };
      await orNothing(
        iam.send(
          new CreateRoleCommand({
            RoleName: GATEWAY_LOGGING_ROLE,
            AssumeRolePolicyDocument: JSON.stringify(trust),
            Description: "API Gateway writes its logs with it",
            Tags: IAM_TAGS,
          }),
        ),
        "EntityAlreadyExistsException",
        "EntityAlreadyExists",
      );
    },
  };
  const attach: Change = {
    does: "let the role write logs",
    make: async () => {
      await iam.send(new AttachRolePolicyCommand({ RoleName: GATEWAY_LOGGING_ROLE, PolicyArn: policyArn }));
    },
  };
  const set: Change = { does: "give it to API Gateway", make: giveRole };

  return {
    what: `API Gateway's logging role in ${place.region}`,
    look: async (): Promise<Look> => {
      const { cloudwatchRoleArn } = await gateway.send(new GetAccountCommand({}));
      if (cloudwatchRoleArn) return asWanted(cloudwatchRoleArn);
      const role = await roleNamed(iam, GATEWAY_LOGGING_ROLE);
      if (role && !isOurs(role.Tags)) return foreign(`somebody else made the role ${GATEWAY_LOGGING_ROLE}`);
      return { state: "missing", changes: [...(role ? [] : [createRole]), attach, set] };
    },
  };

  async function giveRole(signal: AbortSignal): Promise<void> {
    for (const pause of PAUSES) {
      if (await isTaken()) return;
      await wait(pause, signal);
    }
    await put();
  }

  /** Gives the role to API Gateway; false if it does not see yet what the role may do. */
  async function isTaken(): Promise<boolean> {
    try {
      await put();
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "BadRequestException" && NOT_YET.test(error.message)) return false;
      throw error;
    }
  }

  async function put(): Promise<void> {
    const patch = { op: "replace", path: "/cloudwatchRoleArn", value: roleArn } as const;
    await gateway.send(new UpdateAccountCommand({ patchOperations: [patch] }));
  }
}
