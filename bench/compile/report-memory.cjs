// Loaded before a command that is measured: writes the largest resident size of the process, in kB, to descriptor 3.
const { writeSync } = require("node:fs");

process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));
