/** The shortest life that a link is planned for, in seconds: with tokens that end at once, attempts must not pile up. */
const SHORTEST = 10;
/** The parts of its life between which a link is replaced: of 2 hours, after 90 to 115 minutes. */
const [FROM, UNTIL] = [90 / 120, 115 / 120];

/**
 * Returns the milliseconds after which a link is replaced by a new one. They are random, because clients that came
 * together would all come back together.
 *
 * @param life how long the link is sent anything, in seconds
 */
export const renewalAfter = (life: number, random: () => number): number =>
  Math.max(life, SHORTEST) * 1_000 * (FROM + random() * (UNTIL - FROM));
