import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { renderReference } from "./local-reference";

const FILE = path.resolve(__dirname, "../../docs/local-reference.md");

test("docs/local-reference.md says what the tables in the code say; npm run docs writes it", () => {
  const rendered = renderReference();
  if (process.env.npm_lifecycle_event === "docs") fs.writeFileSync(FILE, rendered);
  expect(fs.readFileSync(FILE, "utf8")).toBe(rendered);
});
