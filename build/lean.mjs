// Leaves out of the linked packages what a function on Lambda never uses: most of what INIT would load. See
// docs/decisions/cold-start.md.
import { isBuiltin } from "node:module";
import { root } from "./bundles.mjs";

/**
 * Packages that others load and that we hardly ever use: credentials of Google's service accounts, key sets, for
 * firebase-admin fetches certificates, and bodies in several parts. Of the API they are files of their own that are read
 * when something in them is first used.
 */
export const SELDOM_USED = ["google-auth-library", "jwks-rsa", "@fastify/busboy"];

/** Returns the name of the file that holds a package. @param {string} specifier */
export const fileOf = (specifier) => specifier.replace("@", "").replaceAll("/", "-");

/**
 * What stands in for a module, by the path of its file.
 * @type {readonly (readonly [RegExp, string])[]}
 */
const REPLACED = [
  // Lambda gives credentials in variables. The chain that is replaced looks in files and asks other services besides.
  [
    /\/@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
  ],
  // There are no files of settings on Lambda, and the SDK would look for them once for every client.
  [
    /\/@smithy\/core\/dist-es\/submodules\/config\/node-config-provider\/fromSharedConfigFiles\.js$/,
    `import { CredentialsProviderError } from "../property-provider/CredentialsProviderError.js";
     export const fromSharedConfigFiles = () => async () => {
       throw new CredentialsProviderError("No files of settings are read.", { tryNextLink: true });
     };`,
  ],
  // Nine parts in ten of firebase-admin's authentication manage users and tenants. The rest verifies tokens.
  [
    /\/firebase-admin\/lib\/esm\/auth\/index\.js$/,
    `import { createIdTokenVerifier } from "../../auth/token-verifier.js";
     export const getAuth = (app) => {
       const verifier = createIdTokenVerifier(app);
       return { verifyIdToken: (token) => verifier.verifyJWT(token, false) };
     };`,
  ],
  // jsonwebtoken asks semver, at some expense, whether Node.js is at least 6.12, 15.7 and 16.9.
  [/\/jsonwebtoken\/lib\/\w+Supported\.js$/, "module.exports = true;"],
];

/** @type {import("esbuild").Plugin} */
export const lean = {
  name: "lean-packages",
  setup: (build) => {
    for (const [filter, contents] of REPLACED) build.onLoad({ filter }, () => ({ contents }));
    // Node.js need not load one of its own modules of which nothing is used.
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path: specifier, kind }) =>
      kind === "import-statement" && isBuiltin(specifier)
        ? { path: specifier, external: true, sideEffects: false }
        : undefined,
    );
  },
};

/** @type {import("esbuild").Plugin} */
export const seldomUsed = {
  name: "seldom-used",
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^(${SELDOM_USED.join("|")})$`) }, ({ path: specifier, kind }) =>
      kind === "entry-point" ? undefined : { path: specifier, namespace: "seldom-used" },
    );
    build.onLoad({ filter: /./, namespace: "seldom-used" }, ({ path: specifier }) => ({
      resolveDir: root,
      contents: `
        const load = () => require("./${fileOf(specifier)}.cjs");
        module.exports = new Proxy(() => undefined, {
          get: (_, name) => load()[name],
          apply: (_, self, parameters) => Reflect.apply(load(), self, parameters),
        });`,
    }));
    build.onResolve({ filter: /^\.\/[\w-]+\.cjs$/, namespace: "seldom-used" }, ({ path: file }) => ({
      path: file,
      external: true,
    }));
  },
};
