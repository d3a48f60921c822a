/**
 * Records what the real chmem (util-linux 2.38) says of simulated machines: each one's memory blocks are written into a
 * folder, which is mounted over /sys/devices/system/memory in a mount namespace of chmem's own. Blocks that the simulated
 * kernel would refuse are files that cannot be written; what chmem says of them is put in the kernel's words. Needs root
 * and chmem; the tests that compare with the recordings do not.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importTypeScript } from "./import-ts.mjs";
import { root } from "./setup/packages.mjs";

const { CHANGED_STATES, CHMEM_CALLS, refusals } = await importTypeScript("src/shell/commands/memory/chmem-calls.ts");
const { dump, machineIn } = await importTypeScript("src/shell/commands/memory/lsmem-states.ts");
const { strerror } = await importTypeScript("src/engine/sysfs/errno.ts");

const MEMORY = "/sys/devices/system/memory";
const IN_PLACE = `
folder=$1; shift
mount --bind "$folder" ${MEMORY} || exit 99
while [ "$1" != -- ]; do
  mount --bind "$folder/memory$1/state" "${MEMORY}/memory$1/state" || exit 99
  mount -o remount,bind,ro "${MEMORY}/memory$1/state" || exit 99
  shift
done
shift
exec chmem "$@"`;

const recorded = [];
for (const state of CHANGED_STATES) {
  const { files, folders } = dump(machineIn(state));
  const refused = refusals(state);
  const errnos = new Map(
    refused.map((/** @type {{ block: number, errno: string }} */ each) => [each.block, each.errno]),
  );
  /** @type {[path: string, text: string][]} */
  const inMemory = files.filter((/** @type {[string, string]} */ file) => file[0].startsWith(MEMORY));
  for (const args of CHMEM_CALLS) {
    const folder = mkdtempSync(join(tmpdir(), "record-chmem-"));
    const place = (/** @type {string} */ path) => join(folder, path.slice(MEMORY.length));
    try {
      for (const path of folders) if (path.startsWith(MEMORY)) mkdirSync(place(path), { recursive: true });
      for (const [path, text] of inMemory) writeFileSync(place(path), text);
      const { stdout, stderr, status } = spawnSync(
        "unshare",
        ["-m", "sh", "-c", IN_PLACE, "sh", folder, ...[...errnos.keys()].map(String), "--", ...args],
        { env: { PATH: process.env.PATH, LC_ALL: "C" }, encoding: "utf8" },
      );
      if (status === 99) throw new Error(`cannot mount: ${stderr}`);
      const plain = stderr.replace(
        /(Memory Block (\d+) .*: )Read-only file system/g,
        (_, before, block) => before + strerror(errnos.get(Number(block))),
      );
      const written = inMemory.flatMap(([path, text]) => {
        const block = /memory(\d+)\/state$/.exec(path)?.[1];
        const now = block === undefined ? text : readFileSync(place(path), "utf8");
        // It writes over what is there, which the kernel would not see as a text with a rest.
        const word = /^(online_movable|online_kernel|online|offline)/.exec(now)?.[1];
        return now === text ? [] : [`${block} ${word}`];
      });
      recorded.push({ state, args, stdout, stderr: plain, status, written });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
const out = join(root, "src/shell/commands/memory/fixtures/chmem.json");
writeFileSync(out, `[\n${recorded.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
console.log(`${recorded.length} answers of chmem recorded`);
