import { APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import type { Tag } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { PlayedClient } from "./client";

export interface Bucket {
  tags: Record<string, string>;
  readonly settings: Record<string, unknown>;
  readonly objects: Map<string, string>;
  location: string | undefined;
}
export interface Named {
  readonly tags: readonly Tag[];
  readonly documents: Record<string, string>;
}

/** What the SDK throws for an answer of that name. */
export const failure = (name: string, message = name) => Object.assign(new Error(message), { name, $metadata: {} });

/** The state of an account of AWS as far as it is prepared. Every change can be made to be the last. */
export class AwsAccount {
  readonly buckets = new Map<string, Bucket>();
  readonly roles = new Map<string, Named>();
  readonly policies = new Map<string, Named>();
  identityProvider: { audiences: string[]; readonly tags: readonly Tag[] } | undefined;
  loggingRole: string | undefined;
  /** The changes that were made, such as `PutBucketPolicy`. */
  readonly changes: string[] = [];
  /** The number of changes after which every one fails, as if the process had been killed. */
  dieAfter = Number.POSITIVE_INFINITY;
  /** How often API Gateway still refuses the role. */
  unseen = 0;

  constructor(readonly id = "123456789012") {}

  addBucket(name: string, bucket: Partial<Bucket> = {}): Bucket {
    const made = { tags: {}, settings: {}, objects: new Map<string, string>(), location: undefined, ...bucket };
    this.buckets.set(name, made);
    return made;
  }

  /** Makes a change, and returns the empty answer that most have. */
  change(name: string, make: () => unknown): object {
    if (this.changes.length >= this.dieAfter) throw new Error("killed");
    make();
    this.changes.push(name);
    return {};
  }
}

/** Plays API Gateway's one setting of an account. */
export function playApiGateway(account: AwsAccount) {
  const gateway = new PlayedClient(APIGatewayClient);
  gateway.on(GetAccountCommand, () => ({ cloudwatchRoleArn: account.loggingRole }));
  gateway.on(UpdateAccountCommand, ({ patchOperations: [patch] }) => {
    account.unseen -= 1;
    if (account.unseen >= 0)
      throw failure("BadRequestException", "The role ARN does not have required permissions set to API Gateway");
    return account.change("UpdateAccount", () => {
      account.loggingRole = patch?.value;
    });
  });
  return gateway;
}

/** Plays STS: the credentials are of the account. */
export function playSts({ id }: AwsAccount) {
  const caller = { Account: id, Arn: `arn:aws:iam::${id}:user/jane` };
  return new PlayedClient(STSClient).on(GetCallerIdentityCommand, caller);
}
