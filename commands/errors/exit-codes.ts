/** What a command's exit code says to a script. */
export const EXIT = {
  /** It is done, or there was nothing to do. */
  done: 0,
  /** It failed, or was called wrongly. The message says what to do; running it again goes on where it stopped. */
  failed: 1,
  /** Nothing failed, but somebody has to look: there are differences or findings. */
  attention: 2,
  /** It was refused before anything changed: not confirmed, another account, an older checkout, a review that stops. */
  refused: 3,
  /** It is deployed and does not work. */
  unhealthy: 4,
  /** It was stopped by Ctrl-C or a signal, and says what is half. Shells use 128 + 2 for SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table of exit codes for `--help`. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    done, or nothing to do
  1    failed, or called wrongly; it can be run again
  2    somebody has to look: differences or findings
  3    refused before anything changed
  4    deployed, but does not work
  130  stopped by Ctrl-C or a signal`;
