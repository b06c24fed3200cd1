import { StartError } from "./shared/errors";

/** The arguments of `npm start`, with what each does. */
const ARGUMENTS = new Map([["--strict", "refuses a definition of which something has no effect on this machine"]]);

export interface Arguments {
  readonly strict: boolean;
}

/** Reads the arguments of `npm start`. @throws StartError for one that is not known, with those that are */
export function readArguments(given: readonly string[]): Arguments {
  const unknown = given.find((argument) => !ARGUMENTS.has(argument));
  if (unknown !== undefined) {
    const known = [...ARGUMENTS].map(([name, does]) => `\n  ${name}  ${does}`).join("");
    throw new StartError(`"${unknown}" is no argument of npm start -- [arguments]. There is:${known}`);
  }
  return { strict: given.includes("--strict") };
}
