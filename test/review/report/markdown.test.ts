import { describe, expect, test } from "@jest/globals";
import type { Finding } from "../../../review/finding";
import { readPlan } from "../../../review/plan/read";
import { LONGEST_COMMENT, markdown } from "../../../review/report/markdown";
import { show } from "../../../review/report/show";
import { text } from "../../../review/report/text";
import { type Review, review } from "../../../review/review";
import { planJson } from "../corpus/corpus";

const of = (id: string) => review(readPlan(planJson(id)));

describe("a comment", () => {
  test("says the verdict first, what was reviewed next, then the gravest", () => {
    expect(
      markdown(of("table-id"), {
        stack: "production",
        commit: "0123456789abcdef",
        serial: 41,
        plan: "sha256:ab",
      }),
    ).toMatchInlineSnapshot(`
      "### \`production\`: 1 stop

      1 created, 1 changed, 0 replaced, 1 destroyed; commit \`0123456789ab\`; state 41; plan \`sha256:ab\`.

      #### ⛔ Stops

      - **\`aws_dynamodb_table.posts\`** only gets the new address \`aws_dynamodb_table.articles\`, which Terraform takes as a deletion and a creation.
        **Then:** Every item of the table is lost. Where the creation comes first, it fails: the name is taken.
        **Instead:** Nothing has to go: tell Terraform of the new address, in the stack's constructor.

        \`\`\`ts
        this.addOverride("moved", [
          { from: "aws_dynamodb_table.posts", to: "aws_dynamodb_table.articles" },
        ]);
        \`\`\`
      "
    `);
  });

  test("of a plan without changes is one line of verdict", () => {
    expect(markdown(of("nothing"), { stack: "staging" })).toBe(
      "### `staging`: nothing changes\n\n0 created, 0 changed, 0 replaced, 0 destroyed.\n",
    );
  });

  test("of harmless changes does not say that nothing changes", () => {
    expect(markdown(of("function-code"), { stack: "staging" })).toContain(
      "### `staging`: nothing to say\n\n0 created, 1 changed",
    );
  });

  test("says one thing of many resources once", () => {
    expect(markdown(of("retention-shorter"), { stack: "s" }).match(/retention_in_days/g)).toHaveLength(1);
    expect(markdown(of("retention-shorter"), { stack: "s" })).toContain("; so do 6 more.");
  });

  test("stays within GitHub's limit, is cut between two findings, and says how many are missing", () => {
    const finding: Finding = {
      rule: "losses",
      severity: "stops",
      address: "aws_dynamodb_table.posts",
      reason: "is deleted",
      consequence: "x".repeat(900),
      remedy: "y".repeat(90),
    };
    const findings = Array.from({ length: 100 }, (_, index) => ({
      ...finding,
      address: `aws_dynamodb_table.t${index}`,
    }));
    const long: Review = { ...of("nothing"), verdict: "stops", findings };
    const body = markdown(long, { stack: "s" });
    expect(body.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    const shown = body.match(/^- /gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(50);
    expect(body).toContain(`_${100 - shown} more: see the job's summary._`);
    expect(body).toContain("y".repeat(90));
  });
});

describe("a value from a plan", () => {
  test.each([
    ["ends no code", "`</details>", "`'</details>`"],
    ["gives no command", "x\n::error::owned", "`x ::error::owned`"],
    ["draws nothing on a terminal", "\u001b[2Jx", "` [2Jx`"],
    ["turns no text around", "a\u202eb\u2066c", "`a b c`"],
  ])("%s", (_, value, shown) => {
    expect(show(value)).toBe(shown);
  });

  test("is cut if it is long", () => {
    expect(show("x".repeat(500))).toHaveLength(203);
  });

  test("is a table cell of nobody: a mention in it stays code", () => {
    const shown = text({ ...of("nothing"), findings: [] }, { stack: "@everyone" });
    expect(shown).toContain("@everyone: nothing changes");
    expect(markdown(of("nothing"), { stack: "@everyone`" })).toContain("`@everyone'`");
  });
});
