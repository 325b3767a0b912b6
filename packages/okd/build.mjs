// What is bundled for the server: one file a process, so that each loads only what it needs.

export const entryPoints = {
  okd: "src/cli/okd.ts",
  okmgr: "src/cli/okmgr.ts",
  dispatcher: "src/dispatcher/main.ts",
  logger: "src/logger/main.ts",
  tls: "src/tls/main.ts",
  http2: "src/http2/main.ts",
  publisher: "src/publisher/main.ts",
  "service-host": "src/service-host/main.ts",
};
