/**
 * The README's commands where nothing but Node and the packages is there: no browser, no emulator, no network. Each does
 * its work, or ends with a sentence that says what is missing; none with the stack of an exception.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const TRACE = "public/traces/linux-6.1/mlocked.json";
const SCENARIO = "src/conformance/scripts/pinned-1g-block.json";
const NO_BROWSER = /No Chromium could be installed\. Install Chromium or Chrome, or set CHROMIUM_PATH/;

/** By the name of the command: arguments, how it ends, and what it says. */
const COMMANDS: readonly (readonly [string, readonly string[], exit: number, says: RegExp])[] = [
  ["conformance", [TRACE], 0, /^conformance: 9 of 9 steps agree \(100 %\)/m],
  ["simulate", [SCENARIO], 0, /^simulated \d/m],
  ["talk", ["check", "package.json"], 2, /^package\.json: version: expected version 1/m],
  ["present", ["serve"], 2, /There is no nats-server on this machine\..*apt install nats-server/],
  ["lesson", ["check", "public/lessons/one-word.json", "--seeds", "0", "--random", "0"], 0, /^1 of 1 lessons hold$/m],
  ["shell", ["-c", "echo $((6 * 7))"], 0, /^42$/m],
  ["report", [], 0, /offline/],
  // Where QEMU is installed they would boot it: here they say how they are called.
  ["record", ["--nonsense"], 2, /usage: npm run record|--nonsense/],
  ["differential", ["--count", "none"], 2, /--count/],
  ["bench", ["browser.bench"], 1, NO_BROWSER],
  ["bench", ["--against", "nothing-such"], 2, /^There is no commit nothing-such\.$/m],
  ["bench", ["--rounds", "some"], 2, /^--rounds: expected a whole number, got some$/m],
  ["bench", ["nothing-such"], 2, /^No bench has "nothing-such" in its name, or in its file's\. There are: /m],
  ["mutate", ["memory/lists.ts"], 2, /^There is no src\/engine\/memory\/lists\.ts\.$/m],
  ["mutate", ["memory/watermarks.ts", "--sample", "1", "--tests", "src/engine/memory"], 0, /^all +\d of +1 /m],
  ["screenshot", ["TEMP"], 1, NO_BROWSER],
];
/** These serve or build the page, or run everything: the browser tests do the first, `npm test` is the last. */
const TRIED_ELSEWHERE = ["dev"];

let empty: string;
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), "commands-"));
});
afterAll(() => rmSync(empty, { recursive: true, force: true }));

const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync("package.json", "utf8")).scripts;

test.each(COMMANDS)("npm run %s", { timeout: 120_000 }, (name, args, exit, says) => {
  const [program, ...words] = (scripts[name] ?? "").split(" ");
  expect(program).toBe("node");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...words, ...args.map((arg) => arg.replace("TEMP", empty))],
    {
      encoding: "utf8",
      timeout: 110_000,
      env: {
        PATH: empty,
        HOME: empty,
        NATS_SERVER: join(empty, "nats-server"),
        XDG_CACHE_HOME: empty,
        PLAYWRIGHT_BROWSERS_PATH: empty,
        PLAYWRIGHT_DOWNLOAD_HOST: "http://127.0.0.1:9",
      },
    },
  );
  const said = `${stdout}${stderr}`;
  expect(said).toMatch(says);
  // What Playwright says of its own attempt is Playwright's.
  expect(said.replace(/^Error: Download failure[\s\S]*?^Failed to install browsers.*$/gm, "")).not.toMatch(
    /Cannot find module|MODULE_NOT_FOUND|^\s+at .*scripts\//m,
  );
  expect(status).toBe(exit);
});

test("every command of the README is among them", () => {
  const readme = readFileSync("README.md", "utf8");
  const told = [...readme.matchAll(/^ {4}npm run (\w+)/gm)].map(([, name]) => name);
  expect(told.length).toBeGreaterThan(5);
  const tried = [...COMMANDS.map(([name]) => name), ...TRIED_ELSEWHERE];
  expect(told.filter((name) => !tried.includes(name ?? ""))).toEqual([]);
});
