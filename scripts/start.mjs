/**
 * `npm start`: on a machine that has only Node and npm, installs what is missing, builds the playground, serves it and
 * prints its address. PORT asks for a port (the next free one is taken when it is busy), HOST for other interfaces.
 */
import { ensurePackages, requireNode, root } from "./setup/packages.mjs";

requireNode();
ensurePackages();

const port = Number(process.env.PORT || 4173);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error(`PORT is "${process.env.PORT}", which is no port: use a number from 1 to 65535.`);
  process.exit(1);
}

const { build, preview } = await import("vite");
console.log("Building …");
await build({ root, logLevel: "warn" });
const server = await preview({
  root,
  logLevel: "warn",
  preview: { port, ...(process.env.HOST ? { host: process.env.HOST } : {}) },
});

const { local = [], network = [] } = server.resolvedUrls ?? {};
console.log("\nThe Hotplug Playground is at\n");
for (const address of [...local, ...network]) console.log(`  ${address}`);
console.log("\nCtrl-C ends it.");
