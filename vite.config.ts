import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the build works under any sub-path of any static host.
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  // Every browser that knows es2023 preloads modules by itself.
  build: { target: "es2023", modulePreload: { polyfill: false } },
});
