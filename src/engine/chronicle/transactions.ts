/**
 * What the engine says happened. Transactions are the durable record: the same seed and commands give the same
 * bytes in Node and in every browser. Page-sized detail is summed (`migrated` says how many and where to); the
 * pages themselves are read from the page array.
 */
import type { Occasion } from "./occasion.ts";
import type { Attempt } from "./outcome.ts";
import type { AcpiEvent } from "../hardware/acpi.ts";
import type { SimNs } from "../units.ts";

export type LogLevel = "warn" | "info" | "debug";

export interface Transaction {
  readonly id: number;
  readonly at: SimNs;
  /** What caused it: `command:7`, `op:3`, `load:812`, `boot`. */
  readonly origin: string;
  readonly occasion: Occasion;
  readonly changes: readonly Change[];
}

export type Change =
  | {
      readonly c: "log";
      readonly partition: string;
      readonly level: LogLevel;
      readonly line: string /** Facility * 8 + level, where it is not what `level` says of the kernel itself. */;
      readonly priority?: number;
    }
  /** A line that a daemon writes to the system's journal: not in the kernel's log. */
  | { readonly c: "journal"; readonly partition: string; readonly level: "info" | "warn"; readonly line: string }
  | { readonly c: "acpi"; readonly partition: string; readonly event: AcpiEvent }
  | { readonly c: "dimm"; readonly id: string; readonly place: string; readonly phase: string }
  | {
      readonly c: "block";
      readonly partition: string;
      readonly block: number;
      readonly state: string;
      readonly zone: string | null;
    }
  | {
      readonly c: "zone";
      readonly partition: string;
      readonly node: number;
      readonly zone: string;
      readonly startPfn: number;
      readonly spanned: number;
      readonly present: number;
      readonly managed: number;
    }
  | {
      readonly c: "node";
      readonly partition: string;
      readonly node: number;
      readonly online: boolean;
      readonly hasMemory: boolean;
    }
  | {
      readonly c: "migrated";
      readonly partition: string;
      readonly block: number;
      /** Pages of 4 KiB, whatever their order: the sum of `to`. */
      readonly pagesMoved: number;
      /** Pages of 4 KiB that stayed. */
      readonly pagesLeft: number;
      /** Node, zone and pages of 4 KiB that went there. */
      readonly to: readonly (readonly [number, string, number])[];
    }
  | {
      readonly c: "process";
      readonly partition: string;
      readonly pid: number;
      readonly comm: string;
      readonly pages: number;
      readonly alive: boolean;
    }
  | { readonly c: "attempt"; readonly attempt: Attempt }
  | {
      readonly c: "file";
      readonly partition: string;
      readonly path: string;
      readonly text: string;
      readonly errno: string | null;
    };
