import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the build works under any sub-path of any static host.
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: { target: "es2023" },
});
