/**
 * Stands at the head of a program that takes its packages from node_modules: an AWS client, or undici, is loaded when
 * something of it is first used, not when the program starts. Every command has all of them and needs a few, and what it
 * does not need is half of the time in which it starts. It has to be imported by names: `import *` finds it empty.
 */
export const lazily = `const eagerly = require;
require = (name) =>
  /^(@aws-sdk\\/|undici$)/.test(name) ? new Proxy({}, { get: (_, key) => eagerly(name)[key] }) : eagerly(name);`;
