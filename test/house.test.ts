/** The house as its imports draw it: the table of arrows in .dependency-cruiser.cjs holds, and it refuses breaches. */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "@jest/globals";

const root = path.resolve(__dirname, "..");
const rooms = [
  "main.ts",
  "environments",
  "image",
  "stacks",
  "functions",
  "api",
  "domain",
  "runtime",
  "client",
  "page",
  "local",
  "commands",
  "review",
];

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
  readonly summary: { readonly violations: readonly Violation[] };
}

/** Returns the modules below a folder with their imports, and the rules that they break. */
function cruise(folder: string, modules: readonly string[]): Cruise {
  const { stdout } = spawnSync(
    process.execPath,
    [
      path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      ...["--config", path.join(root, ".dependency-cruiser.cjs"), "--output-type", "json", ...modules],
    ],
    { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout);
}

/** The rules that are broken, with the imports that break them. */
const violations = ({ summary }: Cruise) =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);

/** Our own house, which takes seconds to look at. */
let house: Cruise;
beforeAll(() => {
  house = cruise(root, rooms);
});

test("no import breaks the table of arrows, and no files or rooms import each other in a circle", () => {
  expect(house.modules.length).toBeGreaterThan(100);
  expect(violations(house)).toEqual([]);
});

test("the table refuses imports of other rooms, of packages that belong to some rooms, and circles", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "house-"));
  const files = {
    "runtime/log.ts": 'import "../domain/posts/posts";',
    "domain/posts/posts.ts": 'import "../../runtime/dynamo/query"; import "../../domain/comments/comments";',
    "domain/comments/comments.ts": 'import type { Post } from "../posts/posts";',
    "domain/comments/other.ts": "export {};",
    "runtime/dynamo/query.ts": "export {};",
    "api/lambda.ts": 'import "../environments/staging"; import "../main"; import "constructs";',
    "environments/staging.ts": "export {};",
    "stacks/tables.ts": 'import "../domain/comments/other"; import "../test/support/synth";',
    "test/support/synth.ts": "export {};",
    "node_modules/constructs/index.js": "",
    "main.ts": "export {};",
  };
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  const other = cruise(folder, ["api", "domain", "runtime", "environments", "stacks", "main.ts"]);
  expect(violations(other).sort()).toEqual([
    "api-imports-only-what-it-may: api/lambda.ts -> environments/staging.ts",
    "api-imports-only-what-it-may: api/lambda.ts -> main.ts",
    "cdktf-stays-at-the-edge: api/lambda.ts -> node_modules/constructs/index.js",
    "domain-reaches-aws-through-adapters: domain/posts/posts.ts -> runtime/dynamo/query.ts",
    "no-circle-of-files: domain/comments/comments.ts -> domain/posts/posts.ts",
    "no-circle-of-rooms: domain/comments -> domain/posts",
    "no-circle-of-rooms: domain/posts -> domain/comments",
    "no-test-code-in-sources: stacks/tables.ts -> test/support/synth.ts",
    "nothing-imports-the-program: api/lambda.ts -> main.ts",
    "runtime-imports-only-what-it-may: runtime/log.ts -> domain/posts/posts.ts",
    "stacks-imports-only-what-it-may: stacks/tables.ts -> domain/comments/other.ts",
    "stacks-imports-only-what-it-may: stacks/tables.ts -> test/support/synth.ts",
  ]);
  fs.rmSync(folder, { recursive: true });
});

test("CONTRIBUTING.md draws every arrow between the rooms, and no other", () => {
  const roomOf = (file: string) => file.split("/")[0]?.replace(".ts", "") ?? "";
  const arrows = house.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => [roomOf(source), roomOf(resolved)] as const),
  );
  const names = new Set(rooms.map(roomOf));
  const between = arrows.filter(([from, to]) => from !== to && names.has(from) && names.has(to));
  const text = fs.readFileSync(path.join(root, "CONTRIBUTING.md"), "utf8");
  const drawn = [...text.matchAll(/^ {2}(\w+ --> \w+)$/gm)].map(([, arrow]) => arrow);
  expect([...drawn].sort()).toEqual([...new Set(between.map((arrow) => arrow.join(" --> ")))].sort());
});

test("no folder holds more than two dozen files, data apart", () => {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  const counts = new Map<string, number>();
  for (const file of new Set(files.trim().split("\n"))) {
    if (file.endsWith(".json")) continue;
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count > 24)).toEqual([]);
});
