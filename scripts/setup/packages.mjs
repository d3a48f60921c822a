/** What has to be there before anything else can run: a Node that is new enough, and the packages of the lock file. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. This module may run from a bundle of its own, somewhere below node_modules. */
export const root = projectAbove(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} folder
 * @returns {string}
 */
function projectAbove(folder) {
  if (existsSync(join(folder, "package-lock.json")) || dirname(folder) === folder) return folder;
  return projectAbove(dirname(folder));
}

const OLDEST_NODE = /** @type {const} */ ([20, 19]);

/** Ends the process with a sentence when this Node cannot run the project. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(
    `The Hotplug Playground needs Node ${OLDEST_NODE.join(".")} or newer, and this is Node ${process.versions.node}.\n` +
      "A newer one is at https://nodejs.org (the LTS version is right), or: nvm install --lts",
  );
  process.exit(1);
}

/**
 * Installs what the lock file names when it is not there, or is there in another version. Ends the process when that
 * fails: nothing else would work.
 */
export function ensurePackages() {
  if (packagesAreCurrent()) return;
  console.log("Installing packages (once) …");
  const flags = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  const result = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: "inherit" })
    : spawnSync("npm", flags, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (result.status === 0) return;
  console.error("npm could not install the packages; its own message is above. Is there a network connection?");
  process.exit(1);
}

/** npm leaves a copy of the lock file in node_modules that says what it installed. */
function packagesAreCurrent() {
  const installedLock = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedLock)) return false;
  const installed = readLock(installedLock);
  return Object.entries(readLock(join(root, "package-lock.json"))).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version: string, optional?: boolean }>}
 */
function readLock(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
