import { expect, test } from "vitest";
import { sampleLog } from "../../client/sample-records.ts";
import { filterLog, kernelTime, logText, NO_FILTER } from "./log-filter.ts";

const log = [
  ...sampleLog(),
  { ...sampleLog()[0]!, seq: 99, level: "debug" as const, line: "NUMA: Node 0 [mem 0x0-0x3fffffff]" },
];
const lines = (filter: Partial<typeof NO_FILTER>) => filterLog(log, { ...NO_FILTER, ...filter }).map(({ seq }) => seq);

test("debug lines are shown only when everything is asked for", () => {
  expect(lines({})).not.toContain(99);
  expect(lines({ level: "all" })).toContain(99);
  expect(lines({ level: "all" })).toHaveLength(log.length);
});

test("partition, level and words narrow it down together", () => {
  expect(lines({ partition: "B" })).toEqual([]);
  expect(lines({ level: "warn" })).toEqual(log.filter(({ level }) => level === "warn").map(({ seq }) => seq));
  expect(lines({ level: "command" })).toEqual(
    log.filter(({ level }) => level === "command" || level === "shell").map(({ seq }) => seq),
  );
  const [, second] = log.filter(({ level }) => level === "command");
  expect(lines({ text: " MEMORY37  echo" })).toEqual([second?.seq]);
  expect(lines({ text: "memory37", partition: "B" })).toEqual([]);
});

test("time is printed as the kernel prints it", () => {
  expect(kernelTime(0)).toBe("    0.000000");
  expect(kernelTime(12_481_203_999)).toBe("   12.481203");
});

test("copied text has commands as typed and lines as dmesg has them", () => {
  expect(logText(filterLog(log, { ...NO_FILTER, text: "memory49" }))).toBe(
    "A # echo offline > /sys/devices/system/memory/memory49/state",
  );
  expect(logText(filterLog(log, { ...NO_FILTER, text: "dumped" }))).toBe(
    "A [    4.000052] page dumped because: unmovable page",
  );
});
