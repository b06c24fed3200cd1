// Takes the place of what packages load and no test uses: what CDKTF makes archives with, since the build makes ours, and
// zod's messages in fifty languages. To load them took a third of the start of a test file of a stack.
module.exports = () => {
  throw new Error("This is left out of tests: take it out of moduleNameMapper in jest.config.js.");
};
