import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Tests that need a DOM say so in their first line: `// @vitest-environment happy-dom`.
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
    // Property tests on a slow two-core machine.
    testTimeout: 60_000,
  },
});
