import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the build works under any sub-path of any static host.
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: {
    target: "es2023",
    // The bundle budget (scripts/checks/bundle.mjs) follows the imports from index.html through this.
    manifest: true,
  },
});
