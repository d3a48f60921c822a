/**
 * What the recorded machines' commands printed, line by line. Not compared (see the recordings' rules): times of files,
 * figures of meminfo (close ones, which the recordings' rules report apart), process numbers. Regions of PCI devices in
 * iomem are not simulated.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readTrace } from "../protocol/trace.ts";
import { findFiles } from "./input.ts";
import { playTrace } from "./play.ts";

/** One per cent, or what a few pages make. */
const close = (real: number, ours: number): boolean => Math.abs(real - ours) <= Math.max(64, real / 100);

/** Our line with what is not compared taken from the recorded one. */
function forgiven(ours: string, real: string): string {
  const time = /\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d\b/;
  const recorded = time.exec(real)?.[0];
  let line = recorded === undefined ? ours : ours.replace(time, recorded);
  const [a, b] = [/^(\w+): +(\d+) kB$/.exec(line), /^(\w+): +(\d+) kB$/.exec(real)];
  if (a && b && a[1] === b[1] && close(Number(b[2]), Number(a[2]))) line = real;
  // How boot split the direct map is the recorded image's own business; what hot-plug adds to it is compared elsewhere.
  if (/^DirectMap\w+:/.test(real) && /^DirectMap\w+:/.test(line)) line = real;
  if (/^ok pid=\d+/.test(real)) line = line.replace(/pid=\d+/, /pid=\d+/.exec(real)?.[0] ?? "");
  return line;
}

describe("commands print what they printed on the recorded machines", () => {
  test.each(findFiles(["public/traces"]))("%s", (file) => {
    const read = readTrace(readFileSync(file, "utf8"), file);
    if (!read.ok) throw new Error(read.problem);
    const played = playTrace(read.value);
    expect(played.steps.length).toBe(read.value.steps.length);
    for (const [i, real] of read.value.steps.entries()) {
      if (!("sh" in real.do)) continue;
      const theirs = (real.stdout ?? "").split("\n").filter((line) => !/ : virtio-pci-modern$/.test(line));
      const ours = (played.steps[i]?.stdout ?? "").split("\n");
      expect(
        ours.map((line, n) => forgiven(line, theirs[n] ?? "")),
        real.do.sh,
      ).toEqual(theirs);
    }
  });
});
