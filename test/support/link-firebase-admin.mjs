// node test/support/link-firebase-admin.mjs FILE: links what the API uses of firebase-admin, as the build does, into one file.
import esbuild from "esbuild";
import { root } from "../../build/bundles.mjs";
import { lean } from "../../build/lean.mjs";

await esbuild.build({
  stdin: {
    contents: 'export { initializeApp } from "firebase-admin/app"; export { getAuth } from "firebase-admin/auth";',
    resolveDir: root,
  },
  bundle: true,
  platform: "node",
  format: "cjs",
  outfile: process.argv[2] ?? "",
  plugins: [lean],
});
