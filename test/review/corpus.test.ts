import { describe, expect, test } from "@jest/globals";
import { review } from "../../review/review";
import answers from "./corpus/answers.json";
import { corpus, planOf } from "./corpus/corpus";

/** What is said of each edit, a line a finding: `stops replaced aws_dynamodb_table.comments`. */
const known: Readonly<Record<string, readonly string[]>> = answers;

describe("what the reviewer says of plans that the real Terraform made", () => {
  test.each(corpus.map((edit) => [edit.id, edit] as const))("%s", (id, { verdict }) => {
    const found = review(planOf(id));
    expect(found.findings.map(({ severity, rule, address }) => `${severity} ${rule} ${address}`)).toEqual(known[id]);
    expect(found.verdict).toBe(verdict);
  });

  test("the corpus has sixty plans and more, and an answer to each", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
    expect(Object.keys(known).sort()).toEqual(corpus.map(({ id }) => id).sort());
  });

  test("no plan in which a table, a key, a repository or an address is lost passes without a stop", () => {
    const holding = [
      "aws_dynamodb_table",
      "aws_kms_key",
      "aws_ecr_repository",
      "aws_lambda_function_url",
      "aws_apigatewayv2_api",
      "aws_apigatewayv2_stage",
    ];
    // The two tables whose rows expire by themselves are asked about.
    const temporary = ["aws_dynamodb_table.tickets", "aws_dynamodb_table.connections"];
    const losing = corpus.filter(({ id }) =>
      planOf(id).changes.some(
        ({ action, type, address }) =>
          ["delete", "replace"].includes(action) && holding.includes(type) && !temporary.includes(address),
      ),
    );
    expect(losing.length).toBeGreaterThan(15);
    expect(losing.filter(({ verdict }) => verdict !== "stops")).toEqual([]);
  });

  test("a plan without changes is not a word, whatever its stack", () => {
    expect(known.nothing).toEqual([]);
    expect(known["output-changed"]).toEqual([]);
  });
});

/** A rule at its gravest: a plan that trips it, and one that nearly does. */
const edges: readonly (readonly [string, string, string])[] = [
  ["stops replaced", "table-name", "table-id-moved"],
  ["stops destroyed", "table-deleted", "table-removed"],
  ["stops renamed", "table-id", "table-id-moved"],
  ["asks renamed", "function-id", "function-removed"],
  ["stops taken-name", "connections-key", "table-name-first"],
  ["stops region", "region", "tags"],
  ["stops time-to-live", "ttl-on", "ttl-new-table"],
  ["asks time-to-live", "ttl-attribute", "ttl-new-table"],
  ["stops indexes", "index-removed", "index-keys"],
  ["asks indexes", "index-keys", "index-added"],
  ["stops protection", "recovery-off", "recovery-all-days"],
  ["asks protection", "recovery-days", "recovery-all-days"],
  ["asks retention", "retention-shorter", "retention-longer"],
  ["stops access", "resource-wildcard", "resource-prefix"],
  ["asks access", "action-added", "statement-split"],
  ["stops attachment", "administrator", "action-wildcard"],
  ["stops permission", "url-condition-removed", "url-condition-added"],
  ["asks permission", "permission-wider", "permission-reworded"],
  ["stops cors", "cors-removed", "cors-age"],
  ["asks cors", "cors-header", "cors-header-added"],
  ["stops variables", "variable-emulator", "variable-added"],
  ["asks variables", "variable-removed", "variable-added"],
  ["stops gateways", "route-open", "route-path"],
  ["asks gateways", "data-trace", "logging-errors"],
  ["asks deployment", "route-not-deployed", "route-deployed"],
  ["stops throttling", "throttle-missing", "throttle-lower"],
  ["asks throttling", "throttle-lower", "throttle-higher"],
  ["asks functions", "runtime-older", "runtime-newer"],
  ["asks images", "images-tagged", "images-reworded"],
  ["asks alarms", "alarm-threshold", "alarm-sooner"],
  ["asks cost", "provisioned", "table-class"],
  ["notes cost", "memory-doubled", "memory-little-more"],
  ["stops incomplete", "table-name-guarded", "table-name"],
  ["asks incomplete", "target", "function-code"],
  ["notes tags", "tags", "key-description"],
  ["notes forgotten", "table-forgotten", "table-removed"],
  ["notes deposed", "deposed", "nothing"],
  ["notes new", "function-added", "function-code"],
];

describe("the edge of each rule", () => {
  test.each(edges)("%s: %s trips it and %s does not", (rule, trips, nearly) => {
    expect(known[trips]).toContainEqual(expect.stringMatching(`^${rule} `));
    expect(known[nearly]).not.toContainEqual(expect.stringMatching(`^${rule} `));
  });
});
