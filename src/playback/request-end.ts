/** How a request of the monitor ends, as its events tell: the same for who records and who simulates. */
import type { TraceEvent } from "../protocol/trace.ts";

const EJECT_REQUEST = 3;
const IN_PROGRESS = 0x84;

/** Whether an event is the end of a hot add, or of an eject, of this device (ACPI _OST). */
export function endsRequest(kind: "hotadd" | "hotremove", id: string, { event, data }: TraceEvent): boolean {
  if (event === "DEVICE_DELETED") return kind === "hotremove" && data?.device === id;
  if (event !== "ACPI_DEVICE_OST") return false;
  const info = data?.info as { readonly source: number; readonly status: number; readonly device?: string } | undefined;
  if (info?.device !== id || info.status === IN_PROGRESS) return false;
  return (info.source === EJECT_REQUEST) === (kind === "hotremove");
}

/** Said of what did not end. */
export const late = (seconds: number): string => `not within ${seconds} s`;
