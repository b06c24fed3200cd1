import { expect, test } from "@jest/globals";
import type { Command } from "commander";
import { CommandError } from "../../../commands/errors/command-error";
import { EXIT, type ExitCode } from "../../../commands/errors/exit-codes";
import { action, type Run, withCommonOptions } from "../../../commands/terminal/command";
import { FakeHost } from "../../support/doubles/host";

const staging = { name: "staging", account: "123456789012", region: "ap-northeast-1" };

/** Adds a command `try` that does `work`. */
const trying = (host: FakeHost, work: (run: Run) => Promise<ExitCode>) => (program: Command) => {
  withCommonOptions(program.command("try"), { changes: true }).action(action(host, (run) => work(run)));
};

const change = async ({ terminal }: Run): Promise<ExitCode> => {
  await terminal.confirm({ action: "change it", environment: staging });
  terminal.say("Changing.");
  terminal.finish({ changed: 1 }, ["Changed 1."]);
  return EXIT.done;
};

test("a command asks before it changes something, and names account and environment", async () => {
  const host = new FakeHost({ answer: "yes" });
  await host.run(trying(host, change), "try");
  expect(host.stderr.text).toContain(
    "This will change it: environment staging, account 123456789012, region ap-northeast-1.",
  );
  expect([host.stdout.text, host.exitCode]).toEqual(["Changing.\nChanged 1.\n", EXIT.done]);
});

test("any other answer than the word that is asked for refuses", async () => {
  const host = new FakeHost({ answer: "y" });
  await host.run(trying(host, change), "try");
  expect(host.stdout.text).toBe("");
  expect(host.stderr.text).toContain('confirmation: was not "yes"; nothing was changed');
  expect(host.exitCode).toBe(EXIT.refused);
});

test("without a terminal nothing is asked, and nothing is changed unless --yes is given", async () => {
  const refused = new FakeHost();
  await refused.run(trying(refused, change), "try");
  expect([refused.stdout.text, refused.exitCode]).toEqual(["", EXIT.refused]);
  const agreed = new FakeHost();
  await agreed.run(trying(agreed, change), "try", "--yes");
  expect([agreed.stdout.text.endsWith("Changed 1.\n"), agreed.exitCode]).toEqual([true, EXIT.done]);
});

test("--json prints one document on standard output and everything else on standard error", async () => {
  const host = new FakeHost();
  await host.run(trying(host, change), "try", "--yes", "--json");
  expect(JSON.parse(host.stdout.text)).toEqual({ changed: 1 });
  expect(host.stderr.text).toContain("Changing.");
});

test("an error is printed with its remedy, for --json as a document too, and sets the exit code", async () => {
  const host = new FakeHost();
  const fault = { subject: "staging.region", value: "moon", mistake: "is no region", remedy: "write another" };
  await host.run(
    trying(host, async () => {
      throw new CommandError(fault);
    }),
    "try",
    "--json",
  );
  const message = 'staging.region: "moon" is no region; write another';
  expect(host.stderr.text).toBe(`Error: ${message}\n`);
  expect(JSON.parse(host.stdout.text)).toEqual({ error: { message, ...fault } });
  expect(host.exitCode).toBe(EXIT.failed);
});

test("there is colour on a terminal, and none anywhere else or where NO_COLOR asks for none", async () => {
  const colourful = async (host: FakeHost) => {
    await host.run(
      trying(host, async ({ terminal }) => {
        terminal.say(terminal.styled("good", "fine"));
        return EXIT.done;
      }),
      "try",
    );
    return host.stdout.text;
  };
  expect(await colourful(new FakeHost({ isTTY: true }))).toBe("\u001b[32mfine\u001b[0m\n");
  expect(await colourful(new FakeHost())).toBe("fine\n");
  expect(await colourful(new FakeHost({ isTTY: true, env: { NO_COLOR: "1" } }))).toBe("fine\n");
  expect(await colourful(new FakeHost({ isTTY: true, env: { TERM: "dumb" } }))).toBe("fine\n");
});

test("the first Ctrl-C stops a command's work, and the ones after it are not passed on", async () => {
  const host = new FakeHost();
  let aborts = 0;
  await host.run(
    trying(host, async ({ signal }) => {
      signal.addEventListener("abort", () => {
        aborts += 1;
      });
      for (const name of ["SIGINT", "SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"]) host.emit(name);
      signal.throwIfAborted();
      return EXIT.done;
    }),
    "try",
  );
  expect(aborts).toBe(1);
  expect(host.exitCode).toBe(EXIT.interrupted);
  expect(host.stderr.text).toContain("command: was interrupted; run it again, and it goes on where it stopped");
  expect(host.eventNames()).toEqual([]);
});

test("no secret of the process or in a known form is printed", async () => {
  const env = { AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG", AWS_REGION: "ap-northeast-1" };
  const host = new FakeHost({ env });
  await host.run(
    trying(host, async ({ terminal }) => {
      terminal.say(`key ${env.AWS_SECRET_ACCESS_KEY} in ${env.AWS_REGION}`);
      terminal.say("authorization: Basic QVdTOmFiY2RlZmdoaWprbG1ubw==");
      throw new Error(`https://s3/?X-Amz-Signature=0123abcd&x=1 ${env.AWS_SECRET_ACCESS_KEY}`);
    }),
    "try",
  );
  expect(host.stdout.text).toBe("key *** in ap-northeast-1\nauthorization: Basic ***\n");
  expect(host.stderr.text).toBe("Error: https://s3/?X-Amz-Signature=***&x=1 ***\n");
});

test("the help of a command has its options and the table of exit codes", async () => {
  const host = new FakeHost();
  const printed: string[] = [];
  const help = host.run(
    (program) => {
      program.configureOutput({ writeOut: (text) => printed.push(text) });
      trying(host, change)(program);
    },
    "try",
    "--help",
  );
  await expect(help).rejects.toThrow("(outputHelp)");
  for (const word of ["--json", "--yes", "130  stopped by Ctrl-C"]) expect(printed.join("")).toContain(word);
});
