/** Sends seeded input to every port at once, and reports. */
import { inspect } from "node:util";
import fc from "fast-check";
import { exchange } from "./exchange";
import { httpLanes } from "./http-lanes";
import { type HttpCase, isSound, judge, messageOf } from "./http-message";
import type { Block, FuzzedPlatform } from "./platform";
import { playWebSocket, type WebSocketCase, webSocketCases } from "./websocket-lane";

export interface Report {
  /** The number of cases that each lane sent. */
  readonly cases: Readonly<Record<string, number>>;
  /** One text for each thing that was wrong, with the case and the seed that lead to it. */
  readonly findings: readonly string[];
  /** The longest blocks, in milliseconds: of bodies of megabytes, which are sent at the end, and of all before. */
  readonly longest: { readonly ofMegabytes: number; readonly ofAllElse: number };
}

/** Input for one side of a port. */
interface Lane<Case> {
  readonly cases: fc.Arbitrary<Case>;
  /** Plays a case. Returns what is wrong with the answer, if anything is. */
  play(shown: Case): Promise<string | undefined>;
}

/** The number of cases after which the process is asked how it is. */
const ROUND = 50;
/** The findings after which a run ends. */
const ENOUGH = 20;
/** Limits how much of its case a finding shows. The seed makes the rest again. */
const SHOWN = { depth: 6, maxStringLength: 300 };

/**
 * @param isOver says before each round whether a lane that has sent so many cases is done
 * @param vasts the bodies of megabytes that each port gets
 */
export async function fuzz(
  platform: FuzzedPlatform,
  seed: number,
  isOver: (sent: number) => boolean,
  vasts: number,
): Promise<Report> {
  const cases: Record<string, number> = {};
  const findings: string[] = [];
  const playing = new Map<string, unknown>();

  async function playRound<Case>(name: string, { cases: made, play }: Lane<Case>, round: number, count: number) {
    for (const shown of fc.sample(made, { seed: round, numRuns: count })) {
      playing.set(name, shown);
      const finding = await play(shown);
      if (finding !== undefined) findings.push(`${name}, seed ${round}: ${finding}\n${inspect(shown, SHOWN)}`);
      cases[name] = (cases[name] ?? 0) + 1;
    }
    const complaints = await platform.complaints();
    if (complaints.length > 0)
      findings.push(`during ${name} with seed ${round}: ${complaints.join("\n")}\n${inspect(playing, SHOWN)}`);
  }
  async function run<Case>(name: string, lane: Lane<Case>) {
    for (let round = seed; !isOver(cases[name] ?? 0) && findings.length < ENOUGH; round++)
      await playRound(name, lane, round, ROUND);
  }

  const ports = Object.entries(httpLanes(platform)).map(
    ([name, { port, service, cases: made, vast }]) =>
      [name, { cases: made, vast, play: httpPlayer(platform, port, service) }] as const,
  );
  const sockets: Lane<WebSocketCase> = {
    cases: webSocketCases(platform.stage),
    play: (shown) => playWebSocket(shown, platform.ports.gateway),
  };
  await Promise.all([...ports.map(([name, lane]) => run(name, lane)), run("websocket", sockets)]);
  const before = platform.blocks.length;
  // While such a body is parsed others at its port wait, and may lose their patience; so they come one by one.
  for (const [name, { vast, play }] of ports)
    await playRound(`${name}, megabytes`, { cases: whole(vast), play }, seed, vasts);
  return {
    cases,
    findings,
    longest: {
      ofMegabytes: longestOf(platform.blocks.slice(before)),
      ofAllElse: longestOf(platform.blocks.slice(0, before)),
    },
  };
}

const whole = (cases: fc.Arbitrary<HttpCase>): fc.Arbitrary<HttpCase> =>
  cases.map((request) => ({ ...request, framing: "length" }));

const httpPlayer =
  (platform: FuzzedPlatform, port: number, service: "dynamodb" | "execute-api") =>
  async (shown: HttpCase): Promise<string | undefined> => {
    const kms = shown.headers["x-amz-target"]?.startsWith("Trent");
    const message = await messageOf(shown, port, kms ? "kms" : service, platform.sign);
    // What is not complete gets no answer before the server knows that nothing more will come.
    const result = await exchange(port, message, shown.framing === "length" || isSound(shown) ? () => true : undefined);
    return "failure" in result ? result.failure : judge(shown, result.received);
  };

const longestOf = (blocks: readonly Block[]) => Math.max(0, ...blocks.map(({ block }) => block));
