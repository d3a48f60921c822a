/** CPU numbers as sysfs and taskset write them: `0-3,8`. */
export { formatList as cpuList } from "../../engine/kernel/boot-layout/ranges.ts";
export { parseCpus as cpusOf } from "../../engine/sysfs/cpus.ts";
