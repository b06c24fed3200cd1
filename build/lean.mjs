// Leaves out of the linked packages what a function on Lambda never uses: most of what INIT would load. See
// docs/decisions/cold-start.md.
import { isBuiltin } from "node:module";

/**
 * Packages that firebase-admin loads and that verifying ID tokens never uses: credentials of service accounts, key sets,
 * for it fetches certificates, and bodies in several parts. Whatever used them all the same would be told so.
 */
const UNUSED = ["google-auth-library", "jwks-rsa", "@fastify/busboy"];

/**
 * What stands in for a module, by the pattern of its file, whose slashes are those of the system.
 * @type {readonly (readonly [string, string])[]}
 */
const REPLACED = [
  // Lambda gives credentials in variables. The chain that is replaced looks in files and asks other services besides.
  [
    "/@aws-sdk/credential-provider-node/dist-es/index[.]js$",
    'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
  ],
  // There are no files of settings on Lambda, and the SDK would look for them once for every client.
  [
    "/@smithy/core/dist-es/submodules/config/node-config-provider/fromSharedConfigFiles[.]js$",
    `import { CredentialsProviderError } from "../property-provider/CredentialsProviderError.js";
     export const fromSharedConfigFiles = () => async () => {
       throw new CredentialsProviderError("No files of settings are read.", { tryNextLink: true });
     };`,
  ],
  // Nine parts in ten of firebase-admin's authentication manage users and tenants. The rest verifies tokens.
  [
    "/firebase-admin/lib/esm/auth/index[.]js$",
    `import { createIdTokenVerifier } from "../../auth/token-verifier.js";
     export const getAuth = (app) => {
       const verifier = createIdTokenVerifier(app);
       return { verifyIdToken: (token) => verifier.verifyJWT(token, false) };
     };`,
  ],
  // jsonwebtoken asks semver, at some expense, whether Node.js is at least 6.12, 15.7 and 16.9.
  ["/jsonwebtoken/lib/[a-zA-Z]+Supported[.]js$", "module.exports = true;"],
];

/** @type {import("esbuild").Plugin} */
export const lean = {
  name: "lean-packages",
  setup: (build) => {
    for (const [pattern, contents] of REPLACED)
      build.onLoad({ filter: new RegExp(pattern.replaceAll("/", "[/\\\\]")) }, () => ({ contents }));
    build.onResolve({ filter: new RegExp(`^(${UNUSED.join("|")})$`) }, ({ path: specifier }) => ({
      path: specifier,
      namespace: "unused",
    }));
    build.onLoad({ filter: /./, namespace: "unused" }, ({ path: specifier }) => ({
      contents: `
        const refuse = () => {
          throw new Error("${specifier} is not in the bundle: build/lean.mjs leaves it out.");
        };
        module.exports = new Proxy(refuse, { get: refuse });`,
    }));
    // Node.js need not load one of its own modules of which nothing is used.
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path: specifier, kind }) =>
      kind === "import-statement" && isBuiltin(specifier)
        ? { path: specifier, external: true, sideEffects: false }
        : undefined,
    );
  },
};
