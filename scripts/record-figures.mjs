/**
 * Records what the real free (procps 4.0), numastat and numactl (2.0.16) say of simulated machines: the files that they
 * read are mounted over the real ones in a mount namespace of their own. Needs root and these tools; the tests that
 * compare with the recordings do not.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { importTypeScript } from "./import-ts.mjs";
import { root } from "./setup/packages.mjs";

const { FIGURE_CALLS, FIGURE_STATES, figures } = await importTypeScript("src/shell/commands/memory/figure-calls.ts");
const { machineIn } = await importTypeScript("src/shell/commands/memory/lsmem-states.ts");

const IN_PLACE = `
for path in /proc/meminfo /sys/devices/system/node; do mount --bind "$0$path" "$path" || exit 99; done
exec $1`;

const recorded = [];
for (const state of FIGURE_STATES) {
  const folder = mkdtempSync(join(tmpdir(), "record-figures-"));
  try {
    for (const [path, text] of figures(machineIn(state))) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    for (const line of FIGURE_CALLS) {
      const { stdout, stderr, status } = spawnSync("unshare", ["-m", "sh", "-c", IN_PLACE, folder, line], {
        env: { PATH: process.env.PATH, LC_ALL: "C" },
        encoding: "utf8",
      });
      if (status === 99) throw new Error(`cannot mount: ${stderr}`);
      // An old numastat says of each new line of meminfo that it does not know it.
      const plain = stdout.replace(/^Token \w+ not in hash table\.\n/gm, "");
      recorded.push({ state, line, stdout: plain, stderr, status });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const out = join(root, "src/shell/commands/memory/fixtures/figures.json");
writeFileSync(out, `[\n${recorded.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
console.log(`${recorded.length} answers recorded`);
