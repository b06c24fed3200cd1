/** What a command's exit code says to a script. */
export const EXIT = {
  /** The command did its work, or there was nothing to do. */
  done: 0,
  /** The command failed, or was called wrongly. The message says what to do; run again, it goes on where it stopped. */
  failed: 1,
  /** Nothing failed, but somebody has to look: there are differences or findings. */
  attention: 2,
  /** It was refused before anything changed: not confirmed, another account, an older checkout, a review that stops. */
  refused: 3,
  /** The release is deployed and does not work. */
  unhealthy: 4,
  /** Ctrl-C or a signal stopped the command, which says what is half done. Shells use 128 + 2 for SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** How a command can end besides done, failed and interrupted, as every command can. */
export interface Endings {
  /** What somebody has to look at, such as `there are differences`, where it can end with 2. */
  readonly attention?: string;
  /** False if it never refuses: it asks no account and changes nothing that is not undone as easily. */
  readonly refuses?: boolean;
  /** True if it asks the environment whether it works. */
  readonly gate?: boolean;
}

/** Returns the table of a command's exit codes for its `--help`. */
export function exitCodesHelp({ attention, refuses = true, gate = false }: Endings): string {
  const rows: readonly (readonly [ExitCode, string | undefined])[] = [
    [EXIT.done, "done, or nothing to do"],
    [EXIT.failed, "failed, or called wrongly; it can be run again"],
    [EXIT.attention, attention],
    [EXIT.refused, refuses ? "refused before anything changed" : undefined],
    [EXIT.unhealthy, gate ? "deployed, but does not work" : undefined],
    [EXIT.interrupted, "stopped by Ctrl-C or a signal"],
  ];
  const lines = rows.flatMap(([code, meaning]) =>
    meaning === undefined ? [] : [`  ${String(code).padEnd(5)}${meaning}`],
  );
  return `\nExit codes:\n${lines.join("\n")}`;
}
