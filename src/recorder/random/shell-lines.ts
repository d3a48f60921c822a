/** Lines that people and scripts type about memory blocks. What they print isn't compared exactly; how they end is. */
import type { Chance } from "./chance.ts";

const MEMORY = "/sys/devices/system/memory";
const NODE = "/sys/devices/system/node";
const VM = "/proc/sys/vm";

/** A line about some of these blocks. */
export function shellLine(chance: Chance, blocks: readonly number[]): string {
  const known = blocks.length > 0 ? blocks : [32];
  const block = chance.of(known);
  const first = known.indexOf(block);
  const several = known.slice(first, first + chance.whole(2, 5)).join(" ");
  const word = chance.of(["online", "online_movable", "online_movable", "offline", "offline"]);
  const size = chance.of(["128M", "256M", "512M", "1G", "100M", "64G"]);
  const lines: readonly (readonly [number, string])[] = [
    [6, `for b in ${several}; do echo ${word} > ${MEMORY}/memory$b/state; done`],
    [4, `for b in ${several}; do echo ${word} > ${MEMORY}/memory$b/state || echo memory$b refused; done`],
    [3, `for f in ${MEMORY}/memory${Math.floor(block / 10)}*/state; do echo ${word} > $f; done`],
    [4, `chmem -e ${size}`],
    [4, `chmem -d ${size}`],
    [2, `chmem -e -z ${chance.of(["Movable", "Normal", "DMA", "bogus"])} ${size}`],
    [4, `chmem -${chance.of(["e", "d"])} -b ${block}-${block + chance.whole(0, 4)}`],
    [
      2,
      `chmem -${chance.of(["e", "d"])} 0x${(block * 2 ** 27).toString(16)}-0x${((block + 2) * 2 ** 27 - 1).toString(16)}`,
    ],
    [1, `chmem -${chance.of(["e", "d"])} ${chance.of(["", "bogus", "-b 5-3", "1Q"])}`],
    [1, `lsmem ${chance.of(["-b -J", "-o bogus", "--summary", "-a -n", "-P -o RANGE,STATE", "-S ZONES"])}`],
    [2, `cat ${MEMORY}/memory${block}/${chance.of(["valid_zones", "removable", "phys_index", "state", "bogus"])}`],
    [1, `cat ${MEMORY}/memory999/state`],
    [1, `grep -l offline ${MEMORY}/memory*/state`],
    [1, `[ -d ${MEMORY}/memory${block}/node1 ]`],
    [1, `echo 0x${(block * 2 ** 27).toString(16)} > ${MEMORY}/probe`],
    [1, `echo 1 > ${MEMORY}/${chance.of(["block_size_bytes", "soft_offline_page", "uevent"])}`],
    [1, `echo 1 > ${NODE}/node0/compact`],
    [1, `echo 1 > ${VM}/compact_memory`],
    [1, `echo ${chance.of([1, 2, 3, 9, "x"])} > ${VM}/drop_caches`],
    [2, `echo ${chance.of([4096, 20000, 65536, "x", -1])} > ${VM}/min_free_kbytes`],
    [2, `echo ${chance.of([10, 50, 200, 0, 3001])} > ${VM}/watermark_scale_factor`],
  ];
  return chance.weighted(lines);
}
