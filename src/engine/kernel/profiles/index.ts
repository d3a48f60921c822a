/** Kernel profiles: which there are, what each can do, and how each is introduced to people. */
import type { BuildOption, KernelVersion, PartitionDescription } from "../../hardware/description.ts";
import type { Profile } from "./profile.ts";
import { ROWS } from "./rows.ts";

export type { BootLogStyle, Profile } from "./profile.ts";
export { PROFILES, type ProfileDescription, describeProfile, versionNamed } from "./descriptions.ts";

export const profileOf = (version: KernelVersion): Profile => ROWS[version];

/** The profile of one build of that version. */
export function profileOfBuild({ kernel, builtWithout = [] }: PartitionDescription): Profile {
  const lacks = new Set<BuildOption>(builtWithout);
  return {
    ...profileOf(kernel),
    ...(lacks.has("CONFIG_MEMORY_FAILURE") ? { handlesMemoryFailure: false, countsMemoryFailures: false } : {}),
    ...(lacks.has("CONFIG_ZSWAP") ? { hasZswap: false } : {}),
  };
}
