/** The outputs of an environment's stacks by name, such as `FunctionUrlEndpoint`. */
export type Outputs = Readonly<Record<string, string>>;

/** Returns lines for a `.env` file: `FUNCTION_URL_ENDPOINT="https://…"`. */
export function asDotEnv(outputs: Outputs): string[] {
  return Object.entries(outputs).map(([name, value]) => `${upperSnake(name)}=${JSON.stringify(value)}`);
}

/** Returns a TypeScript file that exports the outputs, each as the literal that it is. */
export function asTypeScript(environment: string, outputs: Outputs): string {
  const lines = Object.entries(outputs).map(([name, value]) => `  ${lowerCamel(name)}: ${JSON.stringify(value)},`);
  return [
    `// The addresses of ${environment}. Written by \`terrace outputs ${environment} --types\`: do not edit.`,
    "export const environment = {",
    `  name: ${JSON.stringify(environment)},`,
    ...lines,
    "} as const;",
    "",
    "export type Environment = typeof environment;",
    "",
  ].join("\n");
}

/** Splits `ECRRepositoryURI` into ECR, Repository and URI. */
const words = (name: string) =>
  name.replaceAll("WebSocket", "Websocket").match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/g) ?? [name];

const upperSnake = (name: string) => words(name).join("_").toUpperCase();

const lowerCamel = (name: string) =>
  words(name)
    .map((word, index) => (index === 0 ? word.toLowerCase() : word[0] + word.slice(1).toLowerCase()))
    .join("");
