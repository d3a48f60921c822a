/** The profiles as a person chooses among them, oldest first; the two that never were released come last. */
import type { KernelVersion } from "../../hardware/description.ts";

export interface ProfileDescription {
  readonly version: KernelVersion;
  /** `Linux 3.9`, or the name of a kernel that was never released. */
  readonly title: string;
  readonly released: string | null;
  /** How far it can be trusted: held against recorded kernels, read from source, or imagined. */
  readonly evidence: "recorded" | "source" | "imagined";
  /** How many recordings of it the simulation is held against. */
  readonly recordings?: number;
}

export const PROFILES: readonly ProfileDescription[] = [
  {
    version: "3.7",
    title: "Linux 3.7",
    released: "December 2012",
    evidence: "source",
  },
  {
    version: "3.8",
    title: "Linux 3.8",
    released: "February 2013",
    evidence: "source",
  },
  {
    version: "3.9",
    title: "Linux 3.9",
    released: "April 2013",
    evidence: "source",
  },
  {
    version: "3.14",
    title: "Linux 3.14",
    released: "March 2014",
    evidence: "source",
  },
  {
    version: "4.14",
    title: "Linux 4.14",
    released: "November 2017",
    evidence: "source",
  },
  {
    version: "5.10",
    title: "Linux 5.10",
    released: "December 2020",
    evidence: "recorded",
    recordings: 59,
  },
  {
    version: "5.15",
    title: "Linux 5.15",
    released: "October 2021",
    evidence: "source",
  },
  {
    version: "6.1",
    title: "Linux 6.1",
    released: "December 2022",
    evidence: "recorded",
    recordings: 118,
  },
  {
    version: "6.12",
    title: "Linux 6.12",
    released: "November 2024",
    evidence: "recorded",
    recordings: 128,
  },
  {
    version: "6.18",
    title: "Linux 6.18",
    released: "November 2025",
    evidence: "recorded",
    recordings: 6,
  },
  {
    version: "7.3",
    title: "Linux 7.3",
    released: "October 2026",
    evidence: "recorded",
    recordings: 69,
  },
  {
    version: "2013-proposal",
    title: "The 2013 proposal",
    released: null,
    evidence: "imagined",
  },
  {
    version: "what-if",
    title: "What if",
    released: null,
    evidence: "imagined",
  },
];

export function describeProfile(version: KernelVersion): ProfileDescription {
  const found = PROFILES.find((profile) => profile.version === version);
  if (!found) throw new Error(`no profile ${version}`);
  return found;
}

/** What a person calls a kernel: by its version, or by a year for the newest of that year. */
export function versionNamed(word: string): KernelVersion | undefined {
  const { version } =
    PROFILES.find((profile) => profile.version === word) ??
    PROFILES.findLast(({ released }) => released !== null && word !== "" && released.endsWith(` ${word}`)) ??
    {};
  return version;
}
