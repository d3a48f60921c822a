/** Kernel profiles: which there are, what each can do, and how each is introduced to people. */
import type { KernelVersion } from "../../hardware/description.ts";
import type { Profile } from "./profile.ts";
import { ROWS } from "./rows.ts";

export type { BootLogStyle, Profile } from "./profile.ts";
export { PROFILES, type ProfileDescription, describeProfile } from "./descriptions.ts";

export const profileOf = (version: KernelVersion): Profile => ROWS[version];
