import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { type Command, Option } from "commander";
import type { Environment } from "../environments/environment";
import { PREVIEW } from "../environments/names";
import { awsSettings, requireAccount } from "./aws/account";
import { environmentNamed } from "./aws/environment";
import { boundaryPiece } from "./bootstrap/boundary";
import { ciRolePiece } from "./bootstrap/ci-role";
import { formerStatesPiece } from "./bootstrap/former-states";
import { gatewayLoggingPiece, type Wait } from "./bootstrap/gateway-logging";
import { identityProviderPiece } from "./bootstrap/identity-provider";
import type { Piece } from "./bootstrap/piece";
import { preparePieces } from "./bootstrap/prepare";
import { repositoryOf } from "./bootstrap/repository";
import { stateBucketPiece } from "./bootstrap/state-bucket";
import { type Clone, readDefinition, stacksOf } from "./clone/stacks";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { boundaryPolicy, deployerPolicy } from "./rights/deployer";
import type { Repository } from "./rights/trust";
import { action, type Run, withCommonOptions } from "./terminal/command";
import type { Host } from "./terminal/terminal";

export interface BootstrapServices {
  readonly host: Host;
  readonly clone: Clone;
  readonly wait: Wait;
}

interface BootstrapOptions {
  readonly github?: string;
  readonly githubIds?: string;
  readonly adopt?: boolean;
  readonly policy?: "plan" | "apply" | "boundary";
}

/** Adds `terrace bootstrap`, which prepares an account for an environment, and says what it found and changed. */
export function addBootstrapCommand(program: Command, services: BootstrapServices): void {
  const command = program
    .command("bootstrap")
    .description("Prepares an AWS account for an environment: what has to be there before Terraform can do anything")
    .argument("<environment>")
    .option("--github <owner/repository>", "also make the roles by which its workflows plan and apply the environment")
    .option(
      "--github-ids <owner id/repository id>",
      "the numbers that are in the subjects of repositories made, renamed or transferred since 15 July 2026",
    )
    .option("--adopt", "take over a state bucket of our name that somebody else made")
    .addOption(
      new Option(
        "--policy <task>",
        "change nothing, and print what planning or applying takes, or what bounds the roles",
      ).choices(["plan", "apply", "boundary"]),
    );
  withCommonOptions(command, {
    changes: true,
    attention: "a part of it was made by somebody else, and left alone",
  }).action(
    action(services.host, (run: Run, name: string, options: BootstrapOptions) =>
      bootstrap(run, name, options, services),
    ),
  );
}

async function bootstrap(
  { terminal, signal }: Run,
  name: string,
  options: BootstrapOptions,
  { host, clone, wait }: BootstrapServices,
): Promise<ExitCode> {
  const environment = environmentNamed(name, host.env);
  if (options.policy !== undefined) {
    const document = policyOf(environment, options.policy, clone);
    terminal.finish(document, [JSON.stringify(document, null, 2)]);
    return EXIT.done;
  }
  const repository = repositoryOf(options.github, options.githubIds);
  const caller = await requireAccount(environment, signal);
  terminal.say(
    `${environment.name} is in account ${caller.account}, region ${environment.region}. You are ${caller.arn}.`,
  );
  const settings = awsSettings(environment);
  const clients = { s3: new S3Client(settings), iam: new IAMClient(settings), gateway: new APIGatewayClient(settings) };
  try {
    const pieces = piecesOf({ ...clients, wait }, environment, { adopt: options.adopt === true, repository, clone });
    const agree = () => terminal.confirm({ action: "prepare the account", environment }, signal);
    const outcomes = await preparePieces(pieces, { terminal, signal, agree });
    const changed = outcomes.flatMap(({ changes }) => changes).length;
    const left = outcomes.filter(({ state }) => state === "foreign").length;
    terminal.finish({ environment: name, account: caller.account, region: environment.region, pieces: outcomes }, [
      changed === 0 ? "Nothing was to be changed." : `Prepared: ${changed} changes.`,
      ...(left === 0 ? [] : [`${left} of these somebody else made, and they were left alone: see above.`]),
    ]);
    return left === 0 ? EXIT.done : EXIT.attention;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

interface Clients {
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly gateway: APIGatewayClient;
  readonly wait: Wait;
}

/** Lists what the account needs, in the order in which one needs the other. */
function piecesOf(
  { s3, iam, gateway, wait }: Clients,
  environment: Environment,
  { adopt, repository, clone }: { adopt: boolean; repository: Repository | undefined; clone: Clone },
): readonly Piece[] {
  const account = [
    stateBucketPiece(s3, environment, { adopt }),
    formerStatesPiece(s3, environment),
    boundaryPiece(iam, environment),
    gatewayLoggingPiece({ iam, gateway, wait }, environment),
  ];
  if (!repository) return account;
  const role = (task: "plan" | "apply") =>
    ciRolePiece(iam, { place: environment, task, repository, policy: policyOf(environment, task, clone) });
  return [...account, identityProviderPiece(iam, environment), role("plan"), role("apply")];
}

/** Returns a policy that is made from the resources of the environment's synthesized stacks. */
function policyOf(environment: Environment, task: "plan" | "apply" | "boundary", clone: Clone) {
  if (task === "boundary") return boundaryPolicy(environment);
  clone.synthesize(environment.name.startsWith(PREVIEW) ? { TERRACE_PREVIEW: environment.name } : {});
  const types = stacksOf(environment.name, clone).flatMap(({ folder }) => {
    const { resource = {} } = readDefinition(folder) as { readonly resource?: object };
    return Object.keys(resource);
  });
  return deployerPolicy(environment, task, types);
}
