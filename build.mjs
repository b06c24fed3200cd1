// Bundles everything that runs: the functions and the API (the bytes that are deployed), the CDKTF program and
// the local cloud. Plain JavaScript, because it is what makes TypeScript runnable.
//
//   node build.mjs            builds what is out of date, in dist/
//   node build.mjs --synth    the same, and synthesizes cdktf.out if the build or the definition changed
//   node build.mjs --watch    rebuilds functions and API on every edit; tells its parent process which changed
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bundles, dist, root } from "./build/bundles.mjs";
import { isFresh, isSynthesized, remember, rememberSynthesis } from "./build/freshness.mjs";
import { writeBundle, writeIfChanged } from "./build/output.mjs";

/** Builds every bundle if anything is out of date. Throws esbuild's BuildFailure, whose messages name file and line. */
async function build() {
  if (isFresh()) return;
  const esbuild = await import("esbuild");
  const inputs = new Set();
  const outputs = new Set();
  await Promise.all(
    bundles().map(async (bundle) => {
      const result = await esbuild.build(bundle.options);
      await writeBundle(bundle, result);
      const { metafile } = /** @type {{ metafile: import("esbuild").Metafile }} */ (result);
      writeIfChanged(path.join(dist, "meta", `${bundle.name}.json`), Buffer.from(JSON.stringify(metafile)));
      for (const file of Object.keys(metafile.inputs)) if (!file.includes("node_modules/")) inputs.add(file);
      for (const file of Object.keys(metafile.outputs)) if (!file.endsWith(".map")) outputs.add(file);
    }),
  );
  remember(inputs, outputs);
}

/** Synthesizes cdktf.out unless it comes from this very build. Exits with the program's own status if that fails. */
function synthesize() {
  if (isSynthesized()) return;
  const { status } = spawnSync(process.execPath, [path.join(dist, "main.cjs")], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  rememberSynthesis();
}

try {
  if (process.argv.includes("--watch")) await (await import("./build/watch.mjs")).watch();
  else await build();
  if (process.argv.includes("--synth")) synthesize();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
