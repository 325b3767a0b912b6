import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^pub-parser$/, replacement: source("packages/pub-parser/src/index.ts") },
      { find: /^pub-parser\/json$/, replacement: source("packages/pub-parser/src/json/index.ts") },
      { find: /^pub-parser\/config$/, replacement: source("packages/pub-parser/src/config/index.ts") },
      { find: /^pub-runtime$/, replacement: source("packages/runtime/src/index.ts") },
      { find: /^pub-runtime\/service$/, replacement: source("packages/runtime/src/service/index.ts") },
      { find: /^pub-compiler$/, replacement: source("packages/pub-compiler/src/index.ts") },
    ],
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
