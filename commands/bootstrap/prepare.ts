import type { Terminal } from "../terminal/terminal";
import type { Change, Look, Piece } from "./piece";

/** A piece after its preparation: how it was found, and which changes were made. */
export interface PreparedPiece {
  readonly what: string;
  readonly state: Look["state"];
  readonly note?: string;
  readonly changes: readonly string[];
}

/**
 * Looks at every piece in turn and prints what is there. It asks `agree` before the first change, and makes the
 * changes one after the other. Each may be the last: run again, it finds what is there and makes the rest.
 */
export async function preparePieces(
  pieces: readonly Piece[],
  { terminal, signal, agree }: { terminal: Terminal; signal: AbortSignal; agree: () => Promise<void> },
): Promise<readonly PreparedPiece[]> {
  const looks: { readonly piece: Piece; readonly look: Look }[] = [];
  for (const piece of pieces) {
    signal.throwIfAborted();
    const look = await piece.look(signal);
    looks.push({ piece, look });
    for (const line of linesOf(piece, look, terminal)) terminal.say(line);
  }
  if (looks.some(({ look }) => look.changes.length > 0)) await agree();
  for (const { piece, look } of looks)
    for (const change of look.changes) {
      signal.throwIfAborted();
      await make(piece, change, signal);
      terminal.say(`${terminal.styled("good", "done")}     ${piece.what}: ${change.does}`);
    }
  return looks.map(({ piece: { what }, look: { changes, ...look } }) => ({
    ...look,
    what,
    changes: changes.map(({ does }) => does),
  }));
}

/** Makes a change, and says of an error which change it was. */
async function make({ what }: Piece, change: Change, signal: AbortSignal): Promise<void> {
  try {
    await change.make(signal);
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${change.does}: ${error.message}`;
    throw error;
  }
}

function linesOf({ what }: Piece, { state, note, changes }: Look, terminal: Terminal): readonly string[] {
  const style = { found: "good", missing: "warning", different: "warning", foreign: "bad" } as const;
  const label = { found: "found", missing: "missing", different: "differs", foreign: "foreign" }[state];
  const head = `${terminal.styled(style[state], label.padEnd(8))} ${what}${note === undefined ? "" : ` (${note})`}`;
  return [head, ...changes.map(({ does }) => `           - ${does}`)];
}
