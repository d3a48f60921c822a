/** Kernel profiles: which there are, what each can do, and how each is introduced to people. */
import type { KernelVersion, PartitionDescription } from "../../hardware/description.ts";
import type { Profile } from "./profile.ts";
import { ROWS } from "./rows.ts";

export type { BootLogStyle, Profile } from "./profile.ts";
export { PROFILES, type ProfileDescription, describeProfile } from "./descriptions.ts";

export const profileOf = (version: KernelVersion): Profile => ROWS[version];

/** The profile of one build of that version. */
export function profileOfBuild({ kernel, builtWithout = [] }: PartitionDescription): Profile {
  const profile = profileOf(kernel);
  if (!builtWithout.includes("CONFIG_MEMORY_FAILURE")) return profile;
  return { ...profile, handlesMemoryFailure: false, countsMemoryFailures: false };
}
