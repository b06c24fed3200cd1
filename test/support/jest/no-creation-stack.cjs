// Takes the place of what CDKTF and constructs call to note where a token was made: they would write a whole stack trace
// for each, through the test's source maps, which costs a sixth of a synthesis. Only messages about tokens that cannot
// be resolved show it, and no test reads one.
exports.captureStackTrace = () => [];
