import type { ManPage } from "./man.ts";
export const PAGES: readonly ManPage[] = [];
