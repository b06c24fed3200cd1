// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions in that form are what is tested.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { evaluate, type Reference } from "../../../local/definition/expressions";

const named = ({ type, name, attribute }: Reference) => `<${type}/${name}/${attribute}>`;
const value = (template: string) => evaluate(template, "aws_x.y: z", named);

describe("a string of the definition", () => {
  test.each([
    ["plain", "plain"],
    ["", ""],
    ["${aws_dynamodb_table.posts.arn}", "<aws_dynamodb_table/posts/arn>"],
    ["${ aws_dynamodb_table.posts.arn }", "<aws_dynamodb_table/posts/arn>"],
    ["a ${b.c.d} e ${f.g.h}", "a <b/c/d> e <f/g/h>"],
    ["${a.b.c}${d.e.f}", "<a/b/c><d/e/f>"],
    ["${aws_iam_role.websocket-connect_1.name}", "<aws_iam_role/websocket-connect_1/name>"],
    ["$request.body.action", "$request.body.action"],
    ['{"id":"$context.requestId"}', '{"id":"$context.requestId"}'],
    ["$${not.an.expression}", "${not.an.expression}"],
    ["%%{not a directive}", "%{not a directive}"],
    ["$$${a.b.c}", "$${a.b.c}"],
    ["5 % {", "5 % {"],
    ["$", "$"],
  ])("%s is %s", (template, result) => {
    expect(value(template)).toBe(result);
  });

  test("that mentions no expression is itself", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const harmless = text.replace(/[$%]\{/g, "");
        expect(value(harmless)).toBe(harmless);
      }),
    );
  });

  test("that is escaped as Terraform wants it is itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("$", "%", "{", "}", "a", ".") }), (text) => {
        // A dollar before an escaped expression would be read as part of the escape, there as here.
        fc.pre(!/([$%])\1\{/.test(text));
        expect(value(text.replace(/[$%]\{/g, (sign) => sign.charAt(0) + sign))).toBe(text);
      }),
    );
  });

  test("has every reference resolved, and everything between them kept", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]*$/);
    const reference = fc.record({ type: word, name: word, attribute: word });
    const text = fc.stringMatching(/^[^$%{}]*$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(text, reference)), (parts) => {
        const template = parts.map(
          ([before, { type, name, attribute }]) => `${before}\${${type}.${name}.${attribute}}`,
        );
        expect(value(template.join(""))).toBe(parts.map(([before, target]) => before + named(target)).join(""));
      }),
    );
  });
});

describe("a string of the definition is refused", () => {
  test.each([
    ["${jsonencode(a.b.c)}", "aws_x.y: z: the expression ${jsonencode(a.b.c)} is not emulated: only references are."],
    ["${var.name}", "aws_x.y: z: the expression ${var.name} is not emulated: only references are."],
    ["${a.b.c[0]}", "aws_x.y: z: the expression ${a.b.c[0]} is not emulated: only references are."],
    [
      "${data.aws_region.x.name}",
      "aws_x.y: z: the expression ${data.aws_region.x.name} is not emulated: only references are.",
    ],
    ["${a.b.c == 1 ? 2 : 3}", "aws_x.y: z: the expression ${a.b.c == 1 ? 2 : 3} is not emulated: only references are."],
    ["${}", "aws_x.y: z: the expression ${} is not emulated: only references are."],
    ["before ${a.b.c", "aws_x.y: z: the expression ${a.b.c does not end."],
    ["%{ if true }x%{ endif }", "aws_x.y: z: template directives (%{ … }) are not emulated."],
  ])("with %s", (template, message) => {
    expect(() => value(template)).toThrow(message);
  });
});
