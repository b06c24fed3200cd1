import { expect, test } from "@jest/globals";
import { progressLines } from "../../../commands/image/progress-lines";

const megabyte = 1024 * 1024;
const blob = (letter: string, size: number) => ({ mediaType: "layer", digest: `sha256:${letter.repeat(64)}`, size });

test("a large layer is told of at every quarter and at its end, whatever the pieces", () => {
  const lines: string[] = [];
  const watch = progressLines((line) => lines.push(line));
  const layer = blob("a", 100 * megabyte);
  for (let bytes = 0; bytes <= layer.size; bytes += 64 * 1024) watch(layer, bytes);
  watch(layer, layer.size, "sent");
  expect(lines).toEqual([
    "  sha256:aaaaaaaaaaaa (100.0 MB) 25 %",
    "  sha256:aaaaaaaaaaaa (100.0 MB) 50 %",
    "  sha256:aaaaaaaaaaaa (100.0 MB) 75 %",
    "  sha256:aaaaaaaaaaaa (100.0 MB) sent",
  ]);
});

test("a small one is told of at its end only, with what became of it", () => {
  const lines: string[] = [];
  const watch = progressLines((line) => lines.push(line));
  for (const [letter, became] of [
    ["b", "there"],
    ["c", "mounted"],
  ] as const) {
    watch(blob(letter, megabyte), megabyte / 2);
    watch(blob(letter, megabyte), megabyte, became);
  }
  expect(lines).toEqual([
    "  sha256:bbbbbbbbbbbb (1.0 MB) is there",
    "  sha256:cccccccccccc (1.0 MB) taken from another repository",
  ]);
});
