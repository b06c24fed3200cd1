import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Code, zip } from "../../../stacks/constructs/code";
import { artifacts, synthesizeConstruct } from "../../support/synth";

function codeOf(bundle: string, folder = artifacts.folder): Code {
  const source = zip({ folder, imageDigest: undefined }, "nodejs24.x");
  let code: Code = {};
  synthesizeConstruct((scope) => {
    code = source(scope, bundle);
  });
  return code;
}

describe("a zip", () => {
  test("is deployed as it was built, under a path that is its content", () => {
    const bytes = fs.readFileSync(path.join(artifacts.folder, "functions/websocket-connect/websocket-connect.zip"));
    expect(codeOf("websocket-connect")).toEqual({
      packageType: "Zip",
      filename: expect.stringMatching(/^assets\/zip\/[0-9A-F]{32}\/websocket-connect\.zip$/),
      sourceCodeHash: createHash("sha256").update(bytes).digest("base64"),
      handler: "index.handler",
      runtime: "nodejs24.x",
    });
  });

  test("of other bytes has another path and another hash", () => {
    const [one, other] = [codeOf("websocket-connect"), codeOf("websocket-disconnect")];
    expect(path.dirname(String(one.filename))).not.toBe(path.dirname(String(other.filename)));
    expect(one.sourceCodeHash).not.toBe(other.sourceCodeHash);
  });

  test("that was not built is refused, with what to run", () => {
    expect(() => codeOf("websocket-connect", path.resolve("nowhere"))).toThrow(
      "nowhere/functions/websocket-connect/websocket-connect.zip is missing: run `node build.mjs`.",
    );
  });
});
