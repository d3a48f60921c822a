/**
 * A Chromium for the browser tests: one that is there (CHROMIUM_PATH, or in the usual places), else Playwright's own
 * download, else the system's package manager.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./packages.mjs";

/** Quiet and repeatable: nothing that phones home, and software rendering everywhere. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const OTHER_PLACES = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * Path of a browser that is already there; `undefined` when only Playwright's own remains to be tried. A path in
 * CHROMIUM_PATH is believed without a look.
 *
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...OTHER_PLACES];
  return candidates.find((path) => existsSync(path) && starts(path));
}

/**
 * Some systems have a `chromium-browser` that only says how to install one. On Windows a browser doesn't print its
 * version, so being there has to do.
 *
 * @param {string} path
 */
function starts(path) {
  if (process.platform === "win32") return true;
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 60_000 }).status === 0;
}

/** Ways to get a browser from the system, by the package manager that would do it. */
const PACKAGE_MANAGERS = [
  {
    manager: "apt-get",
    commands: [
      ["apt-get", "update"],
      ["apt-get", "install", "-y", "chromium"],
    ],
  },
  { manager: "dnf", commands: [["dnf", "install", "-y", "chromium"]] },
  { manager: "apk", commands: [["apk", "add", "--no-cache", "chromium"]] },
  { manager: "pacman", commands: [["pacman", "-Sy", "--noconfirm", "chromium"]] },
  { manager: "zypper", commands: [["zypper", "--non-interactive", "install", "chromium"]] },
  { manager: "brew", asUser: true, commands: [["brew", "install", "--cask", "chromium"]] },
];

/**
 * Makes sure that the browser tests will find a browser.
 *
 * @returns {Promise<string | undefined>} a sentence that says what is wrong, when every way failed
 */
export async function ensureBrowser() {
  if (findBrowser() || (await playwrightHasOne())) return undefined;
  console.log("No Chromium found: asking Playwright for one (once) …");
  run(process.execPath, [join(root, "node_modules/@playwright/test/cli.js"), "install", "chromium"]);
  if (await playwrightHasOne()) return undefined;
  for (const { manager, commands, asUser } of PACKAGE_MANAGERS) {
    if (!onPath(manager)) continue;
    console.log(`Playwright could not get one: asking ${manager} …`);
    const prefix = asUser || process.getuid?.() === 0 ? [] : ["sudo", "-n"];
    for (const command of commands) {
      const [program = "", ...args] = [...prefix, ...command];
      run(program, args);
    }
    if (findBrowser()) return undefined;
  }
  return "No Chromium could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one, and try again.";
}

/** Whether Playwright's own download is there and runs (it lacks system libraries on a bare machine). */
async function playwrightHasOne() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) && starts(path);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const minutes = 5;
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: minutes * 60_000,
    env: environment,
  });
}

/** @param {string} program */
const onPath = (program) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => folder && existsSync(join(folder, program)));
