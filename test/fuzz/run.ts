/** Sends seeded input to every port at once, and reports. */
import { inspect } from "node:util";
import fc from "fast-check";
import { exchange } from "./exchange";
import { httpLanes } from "./http-lanes";
import { isSound, judge, messageOf } from "./http-message";
import type { Block, FuzzedPlatform } from "./platform";
import { playWebSocket, webSocketCases } from "./websocket-lane";

export interface Report {
  /** The number of cases that each lane sent. */
  readonly cases: Readonly<Record<string, number>>;
  /** One text for each thing that was wrong, with the case and the seed that lead to it. */
  readonly findings: readonly string[];
  /** The longest blocks, in milliseconds: while bodies of megabytes were under way, and at all other times. */
  readonly longest: { readonly withMegabytes: number; readonly otherwise: number };
}

/** The bytes from which on a body is one of megabytes: parsing it alone takes its time. */
const MEGABYTES = 256 * 1024;
/** The milliseconds after an answer in which its block may end. */
const AFTERMATH = 50;

interface FuzzCase {
  readonly shown: unknown;
  /** The bytes that are sent as one. */
  readonly size: number;
  play(): Promise<string | undefined>;
}

/** Input for one side of a port. */
interface Lane {
  /** Makes cases from a seed; each returns what is wrong with the answer, if anything is, and can be shown. */
  make(seed: number, count: number): readonly FuzzCase[];
}

/** The number of cases after which the process is asked how it is. */
const ROUND = 50;
/** The findings after which a run ends. */
const ENOUGH = 20;

/** Limits how much of its case a finding shows. The seed makes the rest again. */
const SHOWN = { depth: 6, maxStringLength: 300 };

/** @param isOver says before each round whether a lane that has sent so many cases is done */
export async function fuzz(platform: FuzzedPlatform, seed: number, isOver: (sent: number) => boolean): Promise<Report> {
  const cases: Record<string, number> = {};
  const findings: string[] = [];
  const heavy: { readonly since: number; readonly until: number }[] = [];
  const playing = new Map<string, unknown>();
  const run = async ([name, lane]: readonly [string, Lane]) => {
    let sent = 0;
    for (let round = seed; !isOver(sent) && findings.length < ENOUGH; round++) {
      for (const { shown, size, play } of lane.make(round, ROUND)) {
        playing.set(name, shown);
        const since = Date.now();
        const finding = await play();
        if (size >= MEGABYTES) heavy.push({ since, until: Date.now() + AFTERMATH });
        if (finding !== undefined) findings.push(`${name}, seed ${round}: ${finding}\n${inspect(shown, SHOWN)}`);
        cases[name] = ++sent;
      }
      const complaints = await platform.complaints();
      if (complaints.length > 0)
        findings.push(
          `in the round of ${name} with seed ${round}: ${complaints.join("\n")}\n${inspect(playing, SHOWN)}`,
        );
    }
  };
  await Promise.all(Object.entries(lanesOf(platform)).map(run));
  const isHeavy = ({ at }: Block) => heavy.some(({ since, until }) => at >= since && at <= until);
  const longestOf = (blocks: readonly Block[]) => blocks.reduce((longest, { block }) => Math.max(longest, block), 0);
  return {
    cases,
    findings,
    longest: {
      withMegabytes: longestOf(platform.blocks.filter(isHeavy)),
      otherwise: longestOf(platform.blocks.filter((block) => !isHeavy(block))),
    },
  };
}

function lanesOf(platform: FuzzedPlatform): Readonly<Record<string, Lane>> {
  const http = Object.entries(httpLanes(platform)).map(
    ([name, { port, service, cases }]) =>
      [
        name,
        {
          make: (seed: number, count: number) =>
            fc.sample(cases, { seed, numRuns: count }).map((shown) => ({
              shown,
              async play() {
                const target = shown.headers["x-amz-target"] ?? "";
                const message = await messageOf(
                  shown,
                  port,
                  target.startsWith("Trent") ? "kms" : service,
                  platform.sign,
                );
                const result = await exchange(port, message, isSound(shown) ? () => true : undefined);
                return "failure" in result ? result.failure : judge(shown, result.received);
              },
            })),
        },
      ] as const,
  );
  const sockets = webSocketCases(platform.stage);
  return {
    ...Object.fromEntries(http),
    websocket: {
      make: (seed, count) =>
        fc.sample(sockets, { seed, numRuns: count }).map((shown) => ({
          shown,
          size: 0,
          play: () => playWebSocket(shown, platform.ports.gateway),
        })),
    },
  };
}
