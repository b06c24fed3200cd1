/** The Node.js that Lambda runs; the npm package of this name carries it. */
export const NODE_24 = "node@24.21.0";
