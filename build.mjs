// Bundles everything that runs: the functions and the API (the bytes that are deployed), the CDKTF program and
// the local cloud. Plain JavaScript, because it is what makes TypeScript runnable.
//
//   node build.mjs            builds what is out of date, in dist/
//   node build.mjs --synth    the same, and synthesizes cdktf.out if the build or the definition changed
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { browserBundles, deployedBundles, dist, programs, root } from "./build/bundles.mjs";
import { isFresh, isSynthesized, remember, rememberSynthesis } from "./build/freshness.mjs";

/** Builds every bundle if anything is out of date. Throws esbuild's BuildFailure, whose messages name file and line. */
async function build() {
  if (isFresh()) return;
  // esbuild is written in Go: with less garbage collection, and more memory for a second, it takes a fifth less time.
  process.env.GOGC ??= "400";
  const [esbuild, { buildBundle }, { linkPackages }] = await Promise.all([
    import("esbuild"),
    import("./build/output.mjs"),
    import("./build/packages.mjs"),
  ]);
  const [deployed, others] = [deployedBundles(), [...browserBundles(), ...programs()]];
  const bundles = [...deployed, ...others];
  const linked = linkPackages(esbuild, deployed);
  const built = await Promise.all([
    ...deployed.map((bundle) => linked.then(() => buildBundle(esbuild, bundle, true))),
    ...others.map((bundle) => buildBundle(esbuild, bundle, true)),
  ]);
  removeFolders(path.join(dist, "packages"), new Set(built.map(({ packages }) => packages)));
  removeFolders(path.join(dist, "functions"), new Set(bundles.map(({ options }) => options.outdir)));
  remember(new Set(built.flatMap(({ sources }) => sources)), new Set(built.flatMap(({ files }) => files)));
}

/** Deletes what nothing uses any more. @param {string} folder @param {ReadonlySet<string | undefined>} keep */
function removeFolders(folder, keep) {
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : [])
    if (!keep.has(path.join(folder, name))) fs.rmSync(path.join(folder, name), { recursive: true });
}

/** Synthesizes cdktf.out unless it comes from this very build. Exits with the program's own status if that fails. */
function synthesize() {
  if (isSynthesized()) return;
  const { status } = spawnSync(process.execPath, [path.join(dist, "main.cjs")], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  rememberSynthesis();
}

try {
  await build();
  if (process.argv.includes("--synth")) synthesize();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
