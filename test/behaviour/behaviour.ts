import { afterAll, describe, test } from "@jest/globals";
import type { Need, Platform } from "./platform";
import { People, Visit } from "./visit";

/** A sentence that is true of every platform, with the check that finds out through public addresses. */
export interface Behaviour {
  readonly name: string;
  readonly needs: readonly Need[];
  check(visit: Visit): Promise<void>;
}

/** Returns a behaviour. Whatever its check makes on the platform, it makes through the visit, which removes it. */
export function behaviour(name: string, needs: readonly Need[], check: (visit: Visit) => Promise<void>): Behaviour {
  return { name, needs, check };
}

/**
 * Registers behaviours as tests of a platform. Those that need something lacking are skipped, and never pass.
 *
 * @param platform returns the platform, and is called once the tests run
 * @param lacking the needs that are not met
 */
export function registerBehaviours(
  behaviours: Readonly<Record<string, readonly Behaviour[]>>,
  platform: () => Platform,
  lacking: readonly Need[] = [],
): void {
  const people = new People(platform);
  afterAll(() => people.remove());
  for (const [subject, ofSubject] of Object.entries(behaviours))
    describe(subject, () => {
      for (const { name, needs, check } of ofSubject) {
        const register = needs.some((need) => lacking.includes(need)) ? test.skip : test;
        register(name, async () => {
          const visit = new Visit(platform(), people);
          try {
            await check(visit);
          } finally {
            await visit.end();
          }
        });
      }
    });
}
