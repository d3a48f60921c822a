/** Every word of the event log. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { LogEntry } from "../../protocol/messages.ts";
import { count } from "../reading.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { Rejected } from "../../protocol/messages.ts";
import { rejectionText } from "../rejections.ts";

const english = {
  title: "Event log",
  label: "Event log: what was commanded, and what the kernels wrote",
  empty: "Nothing yet.",
  rejected: (errno: ErrnoName, rejection: Rejected | null) =>
    rejection ? `refused: ${errno}, ${rejectionText(rejection, errno)}` : `refused: ${errno}`,
  /** A line; of those in a shell, comments tell what firmware does, and are no output of Linux. */
  line: (line: string) => line,
  noMatch: "No line matches.",
  showAll: "Show all",
  filters: "Choose which lines are shown",
  filter: "Filter",
  filterPlaceholder: "Filter lines",
  partition: "Partition",
  everyPartition: "All partitions",
  level: "Level",
  levels: {
    all: "All levels",
    notice: "No debug",
    warn: "Warnings",
    command: "Commands",
  },
  levelNames: {
    warn: "warning",
    info: "info",
    debug: "debug",
    command: "command",
    shell: "in a shell",
  } satisfies Record<LogEntry["level"], string>,
  copy: "Copy the lines shown",
  copied: (lines: number) => `${count(lines)} ${lines === 1 ? "line" : "lines"} copied`,
  copyFailed: "The browser did not allow copying",
  toNewest: "Newest",
  /** Told now and then to who cannot see the list: how much came, and the last line. */
  heard: (lines: number, last: string) => (lines === 1 ? last : `${count(lines)} lines, the last: ${last}`),
  heardCount: (lines: number) => `${count(lines)} new lines`,
} as const;

export type LogWords = Words<typeof english>;
export const logStrings = inLanguages<LogWords>(english, { ja: () => import("./strings.ja.ts") });
