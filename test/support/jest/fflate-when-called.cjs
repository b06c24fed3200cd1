// Loads fflate with the first call: it makes its tables when it is loaded, by every test file that imports a stack or a
// command, and few of them pack anything.
const load = () => require("../../../node_modules/fflate/lib/node.cjs");

exports.gzipSync = (...given) => load().gzipSync(...given);
exports.unzipSync = (...given) => load().unzipSync(...given);
exports.zipSync = (...given) => load().zipSync(...given);
