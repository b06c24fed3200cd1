/** What a Dockerfile of ours says, as far as an image can be assembled from it. */
export interface Recipe {
  /** The mode of every file and folder, such as 0o755. */
  readonly mode: number;
  /** The variable of the base image that names the folder to copy into. */
  readonly folderVariable: string;
  readonly command: readonly string[];
  /** The instructions that make the image from its base, as its history shows them. */
  readonly copy: string;
  readonly cmd: string;
}

const INSTRUCTIONS = [
  /^ARG BASE_IMAGE$/,
  /^FROM \$\{BASE_IMAGE\}$/,
  /^COPY --chmod=(?<mode>[0-7]{3}) \. \$\{(?<folderVariable>\w+)\}\/$/,
  /^CMD (?<command>\[.+\])$/,
] as const;

/**
 * Reads api/Dockerfile. It says how the image is made, whether Docker does it or we do, so that the two ways cannot drift
 * apart.
 *
 * @throws Error for an instruction that only Docker could follow.
 */
export function readDockerfile(text: string): Recipe {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const groups: Record<string, string> = {};
  for (const [index, instruction] of INSTRUCTIONS.entries()) {
    const match = instruction.exec(lines[index] ?? "");
    if (!match) throw unknown(lines[index] ?? "nothing", index);
    Object.assign(groups, match.groups);
  }
  if (lines.length > INSTRUCTIONS.length) throw unknown(lines[INSTRUCTIONS.length] ?? "", INSTRUCTIONS.length);
  const [, , copy = "", cmd = ""] = lines;
  return {
    mode: Number.parseInt(groups.mode ?? "", 8),
    folderVariable: groups.folderVariable ?? "",
    command: JSON.parse(groups.command ?? ""),
    copy,
    cmd,
  };
}

function unknown(line: string, index: number): Error {
  return new Error(
    `api/Dockerfile: instruction ${index + 1} is ${JSON.stringify(line)}, which only Docker can follow. Delete image/lock.json to build the image with Docker, or teach image/dockerfile.ts the instruction.`,
  );
}
