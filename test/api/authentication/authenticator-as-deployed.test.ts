import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, jest } from "@jest/globals";
import { authenticatorContract } from "../../support/contracts/authenticator";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-firebase-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

// The build leaves most of firebase-admin out; see build/lean.mjs. What is left has to refuse the same tokens.
authenticatorContract(async () => {
  const file = path.join(folder, "firebase-admin.cjs");
  execFileSync(process.execPath, [path.join(__dirname, "../../support/link-firebase-admin.mjs"), file]);
  for (const part of ["app", "auth"]) jest.doMock(`firebase-admin/${part}`, () => jest.requireActual(file));
  return import("../../../api/authentication/authenticator");
});
