import { S3Client } from "@aws-sdk/client-s3";
import { type Command, InvalidArgumentError } from "commander";
import { PREVIEW, stateBucket } from "../environments/names";
import { deploy, type FindImage } from "./deployment/deploy";
import { imageFor } from "./deployment/image";
import { destroy } from "./destruction/destroy";
import { type Context, contextOf, type Surroundings, surroundings } from "./environment/context";
import { CommandError } from "./errors/command-error";
import { EXIT, type ExitCode } from "./errors/exit-codes";
import { type Lifetime, lifetimesIn, writeLifetime } from "./previews/lifetimes";
import { action, type Run, withCommonOptions } from "./terminal/command";
import type { Outcome } from "./terminal/terminal";

interface PreviewOptions {
  readonly days: number;
  readonly destroy?: boolean;
  readonly list?: boolean;
  readonly expired?: boolean;
}

const DAY_MILLISECONDS = 86_400_000;

/** Adds `terrace preview`. */
export function addPreviewCommand(program: Command, around = surroundings, findImage: FindImage = imageFor): void {
  const command = program
    .command("preview")
    .description("Deploys this checkout as an environment of its own, a copy of development that ends some day")
    .argument("[name]", "such as the number of a pull request: 17 makes the environment preview-17")
    .option("--days <days>", "how long it is wanted, from now", wholeDays, 7)
    .option("--destroy", "destroy it")
    .option("--list", "list the previews there are")
    .option("--expired", "destroy those whose time is over")
    .addHelpText(
      "after",
      "\nEvery other command takes preview-<name> as an environment. Prepare the account once: terrace bootstrap preview-first",
    );
  withCommonOptions(command, { changes: true, gate: true }).action(
    action(around.host, (run, name: string | undefined, options: PreviewOptions) =>
      preview(run, name, options, around, findImage),
    ),
  );
}

async function preview(
  run: Run,
  name: string | undefined,
  options: PreviewOptions,
  around: Surroundings,
  findImage: FindImage,
): Promise<ExitCode> {
  if (options.list || options.expired) return ofAll(run, options, around);
  if (name === undefined)
    throw new CommandError({
      subject: "preview",
      mistake: "has no name",
      remedy: "name it, such as `terrace preview 17`, or say --list or --expired",
    });
  const context = await contextOf(`${PREVIEW}${name}`, run, around);
  if (options.destroy) return run.terminal.conclude(await end(context));
  const until = new Date(around.clock.now() + options.days * DAY_MILLISECONDS).toISOString();
  // The end is written first, so that even a preview that is half made has one.
  await keep(context, { name: context.environment.name, until, by: context.caller.arn, destroyed: false });
  const code = await deploy(context, { gate: true }, findImage);
  run.terminal.say(`It is wanted until ${until}. \`terrace outputs ${context.environment.name}\` has its addresses.`);
  return code;
}

/** Lists the previews, or destroys those whose time is over. One that fails does not keep the others. */
async function ofAll(run: Run, { expired = false }: PreviewOptions, around: Surroundings): Promise<ExitCode> {
  const { terminal } = run;
  const context = await contextOf(`${PREVIEW}all`, run, around);
  const s3 = new S3Client({ ...context.settings });
  const previews = await lifetimesIn(s3, stateBucket(context.environment)).finally(() => s3.destroy());
  const now = around.clock.now();
  const over = previews.filter(({ until }) => Date.parse(until) <= now);
  if (!expired) {
    const lines = previews.map(
      ({ name, until, by }) => `${name}  until ${until}${Date.parse(until) <= now ? " (over)" : ""}  ${by}`,
    );
    terminal.finish({ previews }, lines.length > 0 ? lines : ["There are no previews."]);
    return EXIT.done;
  }
  const destroyed: Outcome[] = [];
  const failed: { readonly environment: string; readonly message: string }[] = [];
  for (const { name } of over) {
    run.signal.throwIfAborted();
    try {
      destroyed.push(await end(await contextOf(name, run, around)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failed.push({ environment: name, message });
      terminal.warn(`${name} is not destroyed: ${message}`);
    }
  }
  const lines = destroyed.flatMap((outcome) => outcome.lines);
  return terminal.conclude({
    exitCode: failed.length > 0 ? EXIT.failed : EXIT.done,
    value: { previews: destroyed.map(({ value }) => value), failed },
    lines: over.length === 0 ? ["No preview's time is over."] : lines,
  });
}

/** Destroys a preview, and remembers that it is gone. */
async function end(context: Context): Promise<Outcome> {
  const outcome = await destroy(context, {});
  const until = new Date(context.clock.now()).toISOString();
  await keep(context, { name: context.environment.name, until, by: context.caller.arn, destroyed: true });
  return outcome;
}

async function keep({ environment, settings }: Context, lifetime: Lifetime): Promise<void> {
  const s3 = new S3Client({ ...settings });
  await writeLifetime(s3, stateBucket(environment), lifetime).finally(() => s3.destroy());
}

function wholeDays(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Days are a whole number from 1 to 999.");
}
