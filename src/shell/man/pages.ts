/** All manual pages. */
import { FILES_PAGES } from "./files.ts";
import { MACHINE_PAGES } from "./machine.ts";
import { MEMORY_PAGES } from "./memory.ts";
import type { ManPage } from "./page.ts";
import { TEXT_PAGES } from "./text.ts";

export const PAGES: readonly ManPage[] = [...MEMORY_PAGES, ...TEXT_PAGES, ...FILES_PAGES, ...MACHINE_PAGES];
