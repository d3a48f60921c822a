/** Ways that tools which print figures about memory are called: for the tests, and for who records the real ones. */
import { addFiles } from "../../../engine/sysfs/more/index.ts";
import type { Engine } from "../../../engine/time/engine.ts";

/** Of the states in ./lsmem-states.ts. */
export const FIGURE_STATES = [
  "one node",
  "two nodes",
  "a DIMM online in two zones",
  "a node of its own",
  "blocks of boot memory offline",
  "6.12",
];

export const FIGURE_CALLS: readonly string[] = [
  ...["", "-b", "-k", "-m", "-g", "-h", "--si", "-h --si", "-w", "-t", "-l", "-l -t -w", "-h -t", "-m -w -t"].map(
    (options) => `free ${options}`.trim(),
  ),
  ...["--kilo", "--mega", "--giga", "--tebi", "--mebi", "-v", "--lohi", "-s 0.1 -c 2", "-c 1", "-c 0", "-c x"].map(
    (options) => `free ${options}`,
  ),
  ...["", "-n", "-c", "-z", "-m", "-mc", "-mz", "-s", "-s0", "-sz", "-zc", "-cn", "-nz"].map((options) =>
    `numastat ${options}`.trim(),
  ),
  "numactl -H",
  "numactl --hardware",
];

/** The files that these tools read, by their paths. */
export function figures(engine: Engine): readonly (readonly [path: string, text: string])[] {
  const tree = engine.files("A");
  addFiles(tree);
  const found: [string, string][] = [];
  const walk = (path: string): void => {
    const stat = tree.stat(path);
    if ("errno" in stat || stat.kind === "link") return;
    const listed = stat.kind === "directory" ? tree.list(path) : null;
    if (listed && "names" in listed) for (const name of listed.names) walk(`${path}/${name}`);
    const read = stat.kind === "file" ? tree.read(path) : null;
    if (read && "text" in read) found.push([path, read.text]);
  };
  for (const path of ["/proc/meminfo", "/sys/devices/system/node"]) walk(path);
  return found;
}
