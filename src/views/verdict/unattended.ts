import type { Attempt } from "../../engine/chronicle/outcome.ts";

/** Nothing was done to add it: no driver attaches to memory devices (acpi_no_memhotplug). */
export const isUnattended = ({ kind, result, checks }: Attempt): boolean =>
  kind === "add" && result === "ok" && checks.length === 0;

/** What an outcome is shown as: nothing failed where no driver took a DIMM, and nothing came into use. */
export const toneOf = (attempt: Attempt): Attempt["result"] | "nothing" =>
  isUnattended(attempt) ? "nothing" : attempt.result;
