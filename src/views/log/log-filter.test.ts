import { expect, test } from "vitest";
import { sampleLog } from "../../client/sample-records.ts";
import { filterLog, kernelTime, logText, NO_FILTER } from "./log-filter.ts";

const log = [...sampleLog(), { ...sampleLog()[0]!, seq: 99, level: "debug" as const, line: "Offlined Pages 32768" }];
const lines = (filter: Partial<typeof NO_FILTER>) => filterLog(log, { ...NO_FILTER, ...filter }).map(({ seq }) => seq);

test("debug lines are shown only when everything is asked for", () => {
  expect(lines({})).not.toContain(99);
  expect(lines({ level: "all" })).toContain(99);
  expect(lines({ level: "all" })).toHaveLength(log.length);
});

test("partition, level and words narrow it down together", () => {
  expect(lines({ partition: "B" })).toEqual([1]);
  expect(lines({ level: "warn" })).toEqual([5, 6]);
  expect(lines({ level: "command" })).toEqual([2, 4, 7]);
  expect(lines({ text: " MEMORY37  echo" })).toEqual([4]);
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
    "A [    4.400300] page dumped because: unmovable page",
  );
});
