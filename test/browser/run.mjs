// npm run test:browser: the page of the local cloud, driven in Chromium.
//
//   npm run test:browser                 runs the tests, or says that they were not run
//   npm run test:browser -- --install    installs Debian's Chromium first, if there is none
//
// TERRACE_CHROMIUM names another Chromium. Without one the tests are reported as "not run", never as passed; with
// TERRACE_BROWSER_REQUIRED=1, as in CI, that is a failure.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import jestConfig from "../../jest.config.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** Where distributions put it. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const findChromium = () =>
  [process.env.TERRACE_CHROMIUM ?? "", ...PLACES].find((file) => file !== "" && fs.existsSync(file));

/** Installs Debian's Chromium. A failure shows in what apt-get prints, and in that there is no Chromium afterwards. */
function install() {
  const apt = process.getuid?.() === 0 ? ["apt-get"] : ["sudo", "apt-get"];
  for (const parameters of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
  ]) {
    const [program = "", ...others] = [...apt, ...parameters];
    spawnSync(program, others, { stdio: ["ignore", "ignore", "inherit"] });
  }
}

/** @param {string} chromium @returns {number} the status of the tests */
function runTests(chromium) {
  const config = { ...jestConfig, rootDir: root, testMatch: ["<rootDir>/test/browser/*.browser.ts"] };
  const args = ["--config", JSON.stringify(config), "--verbose", "--runInBand"];
  const { status } = spawnSync(process.execPath, [path.join(root, "node_modules/jest/bin/jest.js"), ...args], {
    cwd: root,
    env: { ...process.env, TERRACE_CHROMIUM: chromium },
    stdio: "inherit",
  });
  return status ?? 1;
}

const { values } = parseArgs({ options: { install: { type: "boolean", default: false } } });
if (values.install && !findChromium()) install();
const chromium = findChromium();
if (chromium) process.exitCode = runTests(chromium);
else {
  console.log(
    "not run  There is no Chromium: `npm run test:browser -- --install` installs Debian's, and TERRACE_CHROMIUM names another one.",
  );
  process.exitCode = process.env.TERRACE_BROWSER_REQUIRED === "1" ? 1 : 0;
}
