import type { Command } from "commander";
import { environments } from "../environments";
import { withAccount } from "../environments/account";
import type { Environment } from "../environments/environment";
import { repositoryName } from "../environments/names";
import { LOCK_FILE } from "../image/base-lock";
import type { bases as pinnedBases } from "../image/bases";
import { DIGEST } from "../image/digest";
import { requireAccount } from "./aws/account";
import { environmentNamed } from "./aws/environment";
import { CommandError } from "./errors/command-error";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { lockBases } from "./image/lock-bases";
import { progressLines } from "./image/progress-lines";
import { copyImage, type Provided, type Providing, provideImage } from "./image/provide";
import { digestInRepository, wantedImage } from "./image/wanted";
import { action, type Run, withCommonOptions } from "./terminal/command";
import type { Host } from "./terminal/terminal";

export interface ImageServices {
  readonly host: Host;
  /** The clone's folder, in which `dist/api` is built. */
  readonly root: string;
  readonly bases: typeof pinnedBases;
}

interface PushOptions {
  readonly from?: string;
  readonly digest?: string;
}

/** Adds `terrace image`, which locks, shows and pushes the API's container image. */
export function addImageCommand(program: Command, services: ImageServices): void {
  const { host } = services;
  const image = program.command("image").description("Locks, shows and pushes the API's container image");

  const lock = image
    .command("lock")
    .description(`Writes ${LOCK_FILE}: with it the image is assembled here, and no Docker is needed`)
    .addHelpText("after", "\nDelete the file to build the image with Docker again.");
  withCommonOptions(lock, { changes: false, refuses: false }).action(
    action(host, (run: Run) => lockCommand(run, services)),
  );

  const show = image
    .command("show")
    .description("Shows which image the sources make, and whether the environment's repository has it (0) or not (2)")
    .argument("<environment>");
  withCommonOptions(show, { changes: false, attention: "the repository does not have it" }).action(
    action(host, (run: Run, name: string) => showCommand(run, name, services)),
  );

  const push = image
    .command("push")
    .description("Makes sure that the environment's repository has the image of the sources, or another environment's")
    .argument("<environment>")
    .option("--from <environment>", "copy the image from the repository of this environment")
    .option("--digest <sha256:…>", "the image to copy, if it is not that of the sources");
  withCommonOptions(push, { changes: true }).action(
    action(host, (run: Run, name: string, options: PushOptions) => pushCommand(run, name, options, services)),
  );
}

async function lockCommand({ terminal, signal }: Run, { root, bases }: ImageServices): Promise<ExitCode> {
  const changed = await lockBases(root, { signal, pinned: bases });
  const locked = Object.values(bases).map(({ reference }) => reference);
  terminal.finish({ file: LOCK_FILE, changed, bases: locked }, [
    `${LOCK_FILE} ${changed ? "holds" : "held already"} ${locked.join(" and ")}.`,
    "The image is assembled now. Commit the file. `terrace deploy` pushes the image; before `cdktf deploy`, run npx terrace image push <environment>.",
  ]);
  return EXIT.done;
}

async function showCommand({ terminal, signal }: Run, name: string, services: ImageServices): Promise<ExitCode> {
  const environment = environmentNamed(name, services.host.env);
  await requireAccount(environment, signal);
  const wanted = wantedImage(environment, services.root, services.bases);
  const found = await digestInRepository(environment, wanted, signal);
  const digest = found ?? wanted.assembled?.digest;
  const repository = repositoryName(environment);
  terminal.finish(
    { environment: name, repository, way: wanted.way, tag: wanted.tag, digest: digest ?? null, pushed: !!found },
    [
      wanted.way === "docker"
        ? "The image is built with Docker."
        : `The image is assembled, as ${LOCK_FILE} lets it be.`,
      found === undefined
        ? `${repository} has no image ${wanted.tag}.`
        : `${repository} has it: ${wanted.tag} is ${found}.`,
    ],
  );
  return found === undefined ? EXIT.attention : EXIT.done;
}

async function pushCommand(
  { terminal, signal }: Run,
  name: string,
  options: PushOptions,
  services: ImageServices,
): Promise<ExitCode> {
  const { host } = services;
  const environment = environmentNamed(name, host.env);
  const from = options.from === undefined ? undefined : environmentNamed(options.from, host.env);
  const given = digestOption(options);
  const { account: caller } = await requireAccount(environment, signal);
  const providing: Providing = {
    environment,
    all: withAccount(environments, host.env.TERRACE_ACCOUNT_ID || undefined),
    caller,
    signal,
    watch: progressLines((line) => terminal.say(line)),
    agree: (intent) => terminal.confirm({ action: `${intent} to ${repositoryName(environment)}`, environment }, signal),
  };
  const provided = await provide(providing, { from, given }, services);
  terminal.finish({ environment: name, repository: repositoryName(environment), ...provided }, [
    `${repositoryName(environment)} ${OUTCOMES[provided.outcome]} ${provided.digest}.`,
  ]);
  return EXIT.done;
}

const OUTCOMES = { there: "had it already:", pushed: "was sent", copied: "has a copy of" } as const;

async function provide(
  providing: Providing,
  { from, given }: { readonly from: Environment | undefined; readonly given: string | undefined },
  { root, bases }: ImageServices,
): Promise<Provided> {
  if (from && given !== undefined) return copyImage(providing, from, { digest: given });
  const wanted = wantedImage(providing.environment, root, bases);
  const provided = await provideImage(from ? { ...providing, all: [from] } : providing, wanted);
  if (provided) return provided;
  throw new CommandError({
    subject: "image",
    value: wanted.tag,
    mistake: `is in no repository${from ? ` of ${from.name}` : ""}, and Docker builds it in a deployment`,
    remedy: `deploy with Docker, npx cdktf deploy ${providing.environment.name}, or do without it: npx terrace image lock`,
  });
}

function digestOption({ digest, from }: PushOptions): string | undefined {
  if (digest === undefined) return undefined;
  const mistake = from === undefined ? "needs --from" : DIGEST.test(digest) ? undefined : "is no digest";
  if (mistake === undefined) return digest;
  throw new CommandError({
    subject: "--digest",
    value: digest,
    mistake,
    remedy: 'write "sha256:" and 64 hexadecimal digits, and with --from the environment that has the image',
  });
}
