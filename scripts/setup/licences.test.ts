import { expect, test } from "vitest";
import { licenceTexts } from "./licences.ts";

test("everything that is shipped has its licence text, fonts and what libraries bring along included", () => {
  const text = licenceTexts(process.cwd());
  for (const name of ["hotplug-playground", "react", "scheduler", "d3-path", "@xterm/xterm", "unbash", "valibot"])
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
  expect(text).toMatch(/@fontsource-variable\/inter [\d.]+ \(OFL-1\.1\)[\s\S]*SIL OPEN FONT LICENSE/);
  expect(() => licenceTexts("/nowhere")).toThrow();
});
