// Leaves out of the linked packages what a function on Lambda never uses: most of what INIT would load. See
// docs/decisions/cold-start.md.
import { isBuiltin } from "node:module";

/** Makes a module in CommonJS that tells whatever uses it all the same that it is not there. @param {string} name */
const refusing = (name) => `
  const refuse = () => {
    throw new Error("${name} is not in the bundle: build/lean.mjs leaves it out.");
  };
  module.exports = new Proxy(refuse, { get: refuse });`;

/**
 * What is imported and never used: of firebase-admin, key sets, for it fetches certificates, and bodies in several parts;
 * of the SDK, streams of events, for whose sake a hundred and fifty of its modules would be functions.
 */
const UNUSED = ["jwks-rsa", "@fastify/busboy", "@smithy/core/event-streams"];

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
  // The client of DynamoDB makes a cache of discovered endpoints, and none of its commands discovers any.
  ["/@aws-sdk/endpoint-cache/dist-es/EndpointCache[.]js$", "export class EndpointCache {}"],
  // Nine parts in ten of firebase-admin's authentication manage users and tenants. The rest verifies tokens.
  [
    "/firebase-admin/lib/esm/auth/index[.]js$",
    `import { createIdTokenVerifier } from "../../auth/token-verifier.js";
     export const getAuth = (app) => {
       const verifier = createIdTokenVerifier(app);
       return { verifyIdToken: (token) => verifier.verifyJWT(token, false) };
     };`,
  ],
  // The register of apps, and the credentials of service accounts: ours is one app that brings its own credential.
  [
    "/firebase-admin/lib/esm/app/index[.]js$",
    `import { FirebaseApp } from "../../app/firebase-app.js";
     export const initializeApp = (options, name) => new FirebaseApp(options, name);`,
  ],
  [
    "/firebase-admin/lib/app/credential-internal[.]js$",
    `export class ServiceAccountCredential {}
     export class ApplicationDefaultCredential {}
     export const getApplicationDefault = () => {
       throw new Error("firebase-admin is given no credential, and build/lean.mjs leaves its search for one out.");
     };`,
  ],
  // Tokens are verified only.
  ["/jsonwebtoken/sign[.]js$", refusing("jsonwebtoken's sign")],
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
    build.onLoad({ filter: /./, namespace: "unused" }, ({ path: specifier }) => ({ contents: refusing(specifier) }));
    // Node.js need not load one of its own modules of which nothing is used.
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path: specifier, kind }) =>
      kind === "import-statement" && isBuiltin(specifier)
        ? { path: specifier, external: true, sideEffects: false }
        : undefined,
    );
  },
};
