/**
 * Records what a real bash and its tools answer to the scripts in src/shell/fixtures/*.json and
 * src/shell/commands/fixtures/*.json, in place: standard output, standard error and exit status of each. Needs bash; the tests that compare with the recordings do not.
 *
 * `node scripts/record-bash.mjs commands` records only the files with that in their path.
 *
 * Each script runs as `bash -c` in an empty folder of its own, whose name becomes /tmp/t in what is recorded.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./setup/packages.mjs";

const TIMEOUT_MS = 10_000;
const FOLDERS = ["src/shell/fixtures", "src/shell/commands/fixtures"];

/**
 * @param {string} script
 * @returns {{ script: string, stdout: string, stderr: string, status: number | null }}
 */
function record(script) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "record-bash-")));
  try {
    const { stdout, stderr, status, signal } = spawnSync("bash", ["-c", script], {
      cwd: folder,
      env: { PATH: "/usr/bin:/bin", HOME: "/root", LC_ALL: "C.UTF-8", TZ: "UTC" },
      encoding: "utf8",
      // Not a socket: bash would take itself for a remote login and read its start-up files.
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    // Numbers of processes differ from run to run.
    const plain = (/** @type {string} */ text) =>
      text.replaceAll(folder, "/tmp/t").replace(/(line \d+:) +\d+ (?=[A-Z]\w+ +)/g, "$1 PID ");
    const exit = signal ? 128 + ({ SIGTERM: 15, SIGINT: 2, SIGKILL: 9 }[/** @type {string} */ (signal)] ?? 0) : status;
    return { script, stdout: plain(stdout), stderr: plain(stderr), status: exit };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let count = 0;
const files = FOLDERS.flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)));
const wanted = process.argv.slice(2);
for (const path of files.filter((file) => file.endsWith(".json") && wanted.every((part) => file.includes(part)))) {
  const recorded = JSON.parse(readFileSync(path, "utf8")).map((/** @type {{ script: string }} */ { script }) =>
    record(script),
  );
  writeFileSync(path, `${JSON.stringify(recorded, null, 2)}\n`);
  count += recorded.length;
}
console.log(`${count} scripts recorded`);
