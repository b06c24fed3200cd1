// node --require bench/report-memory.cjs PROGRAM: writes the program's peak memory in megabytes to the file MEMORY_FILE.
process.on("exit", () => {
  const file = process.env.MEMORY_FILE;
  if (file) require("node:fs").writeFileSync(file, String(process.resourceUsage().maxRSS / 1024));
});
