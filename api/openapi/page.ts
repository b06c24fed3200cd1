import { createHash } from "node:crypto";
import type { OpenApiDocument, Operation } from "./document";
import type { JsonSchema } from "./schemas";

/** The document as a page for people: plain HTML that needs nothing from anywhere, and no scripts. */
export function page(document: OpenApiDocument): { html: string; headers: Record<string, string> } {
  const { info, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      operationAsHtml(method.toUpperCase(), path, operation, components.schemas),
    ),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `<section id="${text(name)}"><h3>${text(name)}</h3>${schemaAsHtml(schema)}</section>`,
  );
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text(info.title)}</title>
<style>${STYLE}</style>
<h1>${text(info.title)} ${text(info.version)}</h1>
<p>${text(info.description)} The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
${operations.join("\n")}
<h2>Schemas</h2>
${schemas.join("\n")}
</html>
`;
  const styleHash = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, headers: { "content-type": "text/html;charset=utf-8", "content-security-policy": policy } };
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: 14px/1.4 ui-monospace, monospace }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886 }
details { border-top: 1px solid #8886; padding: .5rem 0 }
summary { cursor: pointer }
table { border-collapse: collapse }
td { border-top: 1px solid #8884; padding: .25rem 1rem .25rem 0; vertical-align: top }
:root { color-scheme: light dark }
`;

type Schemas = Readonly<Record<string, JsonSchema>>;

function operationAsHtml(method: string, path: string, operation: Operation, schemas: Schemas): string {
  const { summary, description, security, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  const access = security === undefined ? "" : security.length > 1 ? "A token may be sent." : "Takes a token.";
  return `<details>
<summary><code>${method} ${text(path)}</code> ${text(summary)}</summary>
<p>${text([description, access].filter(Boolean).join(" "))}</p>
${table(parameters.map((one) => [code(one.name), `${one.in}${one.required ? "" : ", optional"}`, text(one.description ?? "")]))}
${body ? `<p>Body: ${typeAsHtml(body)}</p>` : ""}
${table(Object.entries(responses).map(([status, response]) => [status, responseAsHtml(response)]))}
<pre>${text(curl(method, path, security?.length === 1, body && exampleOf(body, schemas)))}</pre>
</details>`;
}

function responseAsHtml(response: Operation["responses"][string]): string {
  if ("$ref" in response) return `<a href="#Problem">Problem</a>`;
  const [schema] = Object.values(response.content ?? {}).map((content) => typeAsHtml(content.schema));
  return `${text(response.description)} ${schema ?? ""}`;
}

function schemaAsHtml({ properties = {}, required = [] }: JsonSchema): string {
  return table(
    Object.entries(properties).map(([name, property]) => [
      code(required.includes(name) ? name : `${name}?`),
      typeof property === "boolean" ? "anything" : typeAsHtml(property),
      text(typeof property === "boolean" ? "" : (property.description ?? "")),
    ]),
  );
}

function typeAsHtml(schema: JsonSchema): string {
  const name = nameIn(schema);
  if (name) return `<a href="#${text(name)}">${text(name)}</a>`;
  if (schema.properties) return schemaAsHtml(schema);
  const { items, type = "anything", format, enum: values } = schema;
  if (items && typeof items === "object" && !Array.isArray(items)) return `list of ${typeAsHtml(items)}`;
  if (values) return values.map((value) => code(JSON.stringify(value))).join(" ");
  return text([[type].flat().join(" or "), format].filter(Boolean).join(", "));
}

const nameIn = ({ $ref }: JsonSchema): string | undefined => $ref?.split("/").at(-1);

/** Builds a body to begin with: each field's own example, or else its default, or else a text. */
function exampleOf(schema: JsonSchema, schemas: Schemas): Record<string, unknown> {
  const { properties = {} } = schemas[nameIn(schema) ?? ""] ?? schema;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const { examples = [], default: absent } = typeof property === "boolean" ? {} : property;
      return [name, examples[0] ?? absent ?? `Some ${name}`];
    }),
  );
}

function curl(method: string, path: string, token: boolean, body: object | undefined): string {
  return [
    `curl${method === "GET" ? "" : ` -X ${method}`} "$API${path}"`,
    ...(token ? [`-H "authorization: Bearer $TOKEN"`] : []),
    ...(body ? [`-H "content-type: application/json" -d '${JSON.stringify(body)}'`] : []),
  ].join(" \\\n  ");
}

const table = (rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ""
    : `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</table>`;

const code = (value: string): string => `<code>${text(value)}</code>`;

const text = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
