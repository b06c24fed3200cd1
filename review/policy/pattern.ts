/** Stands for every character that no pattern names. */
const ANY_OTHER = "any other";

/**
 * Tells whether every text that matches `narrow` also matches `wide`. Both are IAM patterns: `*` is any text, `?` any
 * one character. It walks both as automata, because comparing them as text fails on pairs such as `*?` and `?*`.
 */
export function covers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === "*") return true;
  // Most patterns are plain names, and most differ early: no automaton is needed for those.
  const [restOfWide, restOfNarrow] = withoutCommonStart(wide, narrow);
  return hasWildcard(restOfWide) && includes(restOfWide, restOfNarrow);
}

function hasWildcard(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/** Takes off what both begin with, up to the first wildcard of either. */
function withoutCommonStart(one: string, other: string): readonly [string, string] {
  let length = 0;
  while (length < one.length && one[length] === other[length] && !hasWildcard(one[length] ?? "")) length++;
  return [one.slice(length), other.slice(length)];
}

function includes(wide: string, narrow: string): boolean {
  const alphabet = new Set([...wide, ...narrow, ANY_OTHER]);
  alphabet.delete("*");
  alphabet.delete("?");
  const seen = new Set<string>();
  const queue: [readonly number[], readonly number[]][] = [[reach(wide, [0]), reach(narrow, [0])]];
  for (let pair = queue.pop(); pair; pair = queue.pop()) {
    const [inWide, inNarrow] = pair;
    if (inNarrow.includes(narrow.length) && !inWide.includes(wide.length)) return false;
    for (const character of alphabet) {
      const nextNarrow = step(narrow, inNarrow, character);
      if (nextNarrow.length === 0) continue;
      const nextWide = step(wide, inWide, character);
      const key = `${nextWide}/${nextNarrow}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push([nextWide, nextNarrow]);
    }
  }
  return true;
}

/** Adds the positions that are reached without a character: `*` may stand for nothing. */
function reach(pattern: string, positions: readonly number[]): number[] {
  const reached = new Set<number>();
  for (const start of positions)
    for (let position = start; !reached.has(position); position++) {
      reached.add(position);
      if (pattern[position] !== "*") break;
    }
  return [...reached].sort((one, other) => one - other);
}

function step(pattern: string, positions: readonly number[], character: string): number[] {
  const next = positions.flatMap((position) => {
    const expected = pattern[position];
    if (expected === "*") return [position];
    return expected === "?" || expected === character ? [position + 1] : [];
  });
  return reach(pattern, next);
}
