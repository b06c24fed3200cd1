import type { Watch } from "./send";

/** Layers smaller than this are not worth a line before they are through. */
const LARGE = 8 * 1024 * 1024;

const BECAME = { there: "is there", mounted: "taken from another repository", sent: "sent" } as const;

/** Returns a watch that tells of an upload in lines: each blob when it is through, and large ones at every quarter. */
export function progressLines(say: (line: string) => void): Watch {
  const quarters = new Map<string, number>();
  return ({ digest, size }, bytes, became) => {
    const name = `${digest.slice(0, "sha256:".length + 12)} (${megabytes(size)})`;
    if (became) return say(`  ${name} ${BECAME[became]}`);
    const quarter = Math.floor((4 * bytes) / size);
    if (size < LARGE || quarter === 0 || quarter === 4 || quarter === quarters.get(digest)) return;
    quarters.set(digest, quarter);
    say(`  ${name} ${25 * quarter} %`);
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
