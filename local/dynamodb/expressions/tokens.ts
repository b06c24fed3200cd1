/** A piece of an expression. */
export interface Token {
  readonly kind: "name" | "placeholder" | "value" | "number" | "sign" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const PIECE = /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|.))/suy;

/** Takes an expression apart. What belongs to no expression becomes a sign of its own, for the parser to refuse. */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = expression.trimEnd();
  PIECE.lastIndex = 0;
  for (;;) {
    const match = PIECE.lastIndex < trimmed.length ? PIECE.exec(trimmed) : null;
    if (!match) break;
    const [, name, placeholder, value, number, sign] = match;
    const text = name ?? placeholder ?? value ?? number ?? sign ?? "";
    const kind = name ? "name" : placeholder ? "placeholder" : value ? "value" : number ? "number" : "sign";
    tokens.push({ kind, text, start: PIECE.lastIndex - text.length, end: PIECE.lastIndex });
  }
  tokens.push({ kind: "end", text: "<EOF>", start: trimmed.length, end: trimmed.length });
  return tokens;
}
