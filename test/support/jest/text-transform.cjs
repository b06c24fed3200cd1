// Lets a test import a file as its text, as esbuild does for an import with { type: "text" }.
module.exports = { process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }) };
