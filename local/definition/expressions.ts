import { StartError } from "../shared/errors";

/** A reference such as `aws_dynamodb_table.posts.arn`. */
export interface Reference {
  readonly type: string;
  readonly name: string;
  readonly attribute: string;
}

const REFERENCE = /^([a-z][a-z0-9_]*)\.([A-Za-z_][A-Za-z0-9_-]*)\.([a-z][a-z0-9_]*)$/;

/**
 * Evaluates a Terraform string template. References to attributes of resources are the only expressions that are
 * understood; see https://developer.hashicorp.com/terraform/language/expressions/strings
 *
 * @param where the attribute that holds the template, for errors
 * @throws StartError for functions, operators, directives and an expression that does not end
 */
export function evaluate(template: string, where: string, resolve: (reference: Reference) => string): string {
  if (!template.includes("${") && !template.includes("%{")) return template;
  let text = "";
  let position = 0;
  while (position < template.length) {
    const start = template.slice(position).search(/[$%]\{/);
    if (start < 0) return text + template.slice(position);
    const open = position + start;
    const sign = template.charAt(open);
    if (open > position && template.charAt(open - 1) === sign) {
      // A doubled sign stands for itself: "$${" is the text "${".
      text += `${template.slice(position, open - 1)}${sign}{`;
      position = open + 2;
      continue;
    }
    if (sign === "%") throw new StartError(`${where}: template directives (%{ … }) are not emulated.`);
    const close = template.indexOf("}", open);
    if (close < 0) throw new StartError(`${where}: the expression ${template.slice(open)} does not end.`);
    const expression = template.slice(open + 2, close).trim();
    const match = REFERENCE.exec(expression);
    if (!match)
      throw new StartError(`${where}: the expression \${${expression}} is not emulated: only references are.`);
    const [, type = "", name = "", attribute = ""] = match;
    text += template.slice(position, open) + resolve({ type, name, attribute });
    position = close + 1;
  }
  return text;
}
