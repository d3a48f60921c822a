/**
 * Records what the real lsmem (util-linux 2.38) says of simulated machines: each one's /sys is written into a folder,
 * and lsmem reads that with --sysroot. Needs lsmem; the tests that compare with the recordings do not.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importTypeScript } from "./import-ts.mjs";
import { root } from "./setup/packages.mjs";

const { CALLS, STATES, dump, machineIn } = await importTypeScript("src/shell/commands/memory/lsmem-states.ts");

const recorded = [];
for (const state of STATES) {
  const folder = mkdtempSync(join(tmpdir(), "record-lsmem-"));
  try {
    const { files, links, folders } = dump(machineIn(state));
    for (const path of folders) mkdirSync(join(folder, path), { recursive: true });
    for (const [path, text] of files) writeFileSync(join(folder, path), text);
    for (const [path, target] of links) symlinkSync(target, join(folder, path));
    for (const args of CALLS) {
      const { stdout, stderr, status } = spawnSync("lsmem", ["--sysroot", folder, ...args], {
        env: { PATH: process.env.PATH, LC_ALL: "C" },
        encoding: "utf8",
      });
      recorded.push({ state, args, stdout, stderr, status });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const out = join(root, "src/shell/commands/memory/fixtures/lsmem.json");
mkdirSync(join(out, ".."), { recursive: true });
writeFileSync(out, `[\n${recorded.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
console.log(`${recorded.length} answers of lsmem recorded`);
