/** Words of what is kept of a page: fetched with what writes it. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";

const english = {
  title: "Hotplug Playground",
  scenario: (name: string) => `Scenario: ${name}`,
  partition: (key: string, kernel: string, cmdline: string) => `Partition ${key}: Linux ${kernel}, ${cmdline}`,
  at: (time: string) => `Simulated time since power-on: ${time}`,
  verdicts: "Verdicts",
  log: "Event log",
  terminal: (label: string) => `Terminal ${label}`,
  nothing: "(nothing)",
} as const;

export type ReportWords = Words<typeof english>;
export const reportStrings = inLanguages<ReportWords>(english, { ja: () => import("./report-strings.ja.ts") });
