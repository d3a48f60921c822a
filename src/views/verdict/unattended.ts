import type { Attempt } from "../../engine/chronicle/outcome.ts";

/** Nothing was done to add it: no driver attaches to memory devices (acpi_no_memhotplug). */
export const isUnattended = ({ kind, result, checks }: Attempt): boolean =>
  kind === "add" && result === "ok" && checks.length === 0;
