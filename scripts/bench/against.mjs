/**
 * `npm run bench -- --against REF [--rounds N] [FILTER]`: the benchmarks here and as of another commit, in turn (here, there, there,
 * here, …), so that what else the machine does meets both; each figure with the ratio of its pairs. The other state's own
 * benchmarks measure it, with the packages that are here.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const root = process.cwd();

/**
 * @param {string} ref
 * @param {number} rounds
 * @param {string} filter
 */
export async function benchAgainst(ref, rounds, filter) {
  const commit = git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === null) {
    console.error(`There is no commit ${ref}.`);
    return 2;
  }
  const { importTypeScript } = await import("../import-ts.mjs");
  /** @type {typeof import("./paired.ts")} */
  const { paired, MAY_GROW } = await importTypeScript("scripts/bench/paired.ts");
  const other = join(root, "node_modules/.cache/bench", commit.slice(0, 12));
  remove(other);
  git("worktree", "add", "--detach", "--force", other, commit);
  symlinkSync(join(root, "node_modules"), join(other, "node_modules"));
  try {
    /** @type {import("./bench.ts").Result[][]} */
    const now = [];
    /** @type {import("./bench.ts").Result[][]} */
    const before = [];
    for (let round = 0; round < rounds; round++)
      // Who comes first has a machine that others just warmed up.
      for (const here of round % 2 === 0 ? [true, false] : [false, true])
        (here ? now : before).push(resultsIn(here ? root : other, filter));
    const rows = paired(now, before);
    for (const row of rows) console.log(lineOf(row));
    const kept = rows.filter((row) => row.kept).length;
    console.log(
      `\n${kept} of ${rows.length} figures no worse than ${((MAY_GROW - 1) * 100).toFixed(0)} % against ${commit.slice(0, 12)}`,
    );
    return rows.length === 0 ? 1 : 0;
  } finally {
    remove(other);
  }
}

/**
 * @param {string} folder
 * @param {string} filter
 * @returns {import("./bench.ts").Result[]}
 */
function resultsIn(folder, filter) {
  const { stdout } = spawnSync(process.execPath, ["--expose-gc", "scripts/bench/cli.mjs", "--json", filter], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.slice(stdout.indexOf("{"))).results;
}

/** @param {string} folder */
function remove(folder) {
  // The link first: what it leads to is everybody's.
  rmSync(join(folder, "node_modules"), { force: true });
  if (existsSync(folder)) git("worktree", "remove", "--force", folder);
}

/** @param {string[]} words */
function git(...words) {
  const { status, stdout } = spawnSync("git", words, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/** @param {import("./paired.ts").Paired} row */
function lineOf({ bench, figure, unit, now, before, worse, kept }) {
  const values = `${number(now)} against ${number(before)} ${unit}`.trim().padEnd(32);
  const ratios = `× ${worse.median.toFixed(3)} (${worse.min.toFixed(3)} … ${worse.max.toFixed(3)})`.padEnd(28);
  return `${`${bench}: ${figure}`.padEnd(64)} ${values} ${ratios} ${kept ? "✓" : "✗ worse"}`;
}

/** @param {number} value */
function number(value) {
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}
