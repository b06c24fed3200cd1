import { boundSeconds, type Inputs } from "./inputs";
import type { Outcome } from "./simulate";

const [WIDTH, HEIGHT] = [720, 400];
const MARGIN = { left: 80, right: 24, top: 48, bottom: 56 };
/** The seconds between two marks of the axis below. */
const MARK = 10;

/** Draws how many had received the message after each second, beside what the quota allows, as an SVG. */
export function picture(inputs: Inputs, { bySecond, seconds, received, p50, p99 }: Outcome): string {
  const last = Math.ceil(seconds / MARK) * MARK;
  const x = (second: number) => (MARGIN.left + (second / last) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (share: number) => (HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const line = (points: readonly (readonly [second: number, share: number])[]) =>
    points.map(([second, share]) => `${x(second)},${y(share)}`).join(" ");
  const bound = boundSeconds(inputs);
  const thousands = (count: number) => `${Math.round(count / 1_000).toLocaleString("en")},000`;
  const seenAt = Array.from({ length: last / MARK + 1 }, (_, mark) => mark * MARK);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-labelledby="title">`,
    `<title id="title">Of ${thousands(received)} clients, half have the message after ${p50.toFixed(0)} seconds, 99 of 100 after ${p99.toFixed(0)} and all after ${seconds.toFixed(0)}; the quota alone takes ${bound.toFixed(1)}.</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="24" font-size="15" fill="#1b1f24">A message to ${thousands(inputs.subscribers)} connections (simulated)</text>`,
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      `<line x1="${x(0)}" x2="${x(last)}" y1="${y(share)}" y2="${y(share)}" stroke="#e3e6ea"/>`,
      `<text x="${MARGIN.left - 8}" y="${Number(y(share)) + 4}" text-anchor="end" fill="#57606a">${share * 100} %</text>`,
    ]),
    ...seenAt.map(
      (second) =>
        `<text x="${x(second)}" y="${HEIGHT - MARGIN.bottom + 20}" text-anchor="middle" fill="#57606a">${second} s</text>`,
    ),
    `<polyline fill="none" stroke="#8b949e" stroke-dasharray="6 4" stroke-width="1.5" points="${line([
      [0, inputs.quota.burst / inputs.subscribers],
      [bound, 1],
    ])}"/>`,
    `<polyline fill="none" stroke="#0969da" stroke-width="2.5" points="${line(
      bySecond.map((count, second) => [Math.min(second, seconds), count / received]),
    )}"/>`,
    `<text x="${MARGIN.left}" y="${HEIGHT - 12}" fill="#1b1f24"><tspan fill="#0969da">&#9632;</tspan> clients that have it <tspan dx="16" fill="#8b949e">&#9632;</tspan> what ${inputs.quota.perSecond.toLocaleString("en")} calls a second allow</text>`,
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}
