/**
 * The words of a command line about CPUs: how many the kernel knows of, and so keeps memory for, and how many of those it
 * starts (kernel/smp.c, nrcpus, maxcpus and nosmp; arch/x86/kernel/smpboot.c, prefill_possible_map, since 6.9
 * arch/x86/kernel/cpu/topology.c, topology_apply_cmdline_limits_early).
 */

const NAMES: ReadonlySet<string> = new Set(["nr_cpus", "maxcpus", "possible_cpus", "nosmp", "nolapic", "disableapic"]);

/** A whole number in C notation at the beginning, 0 where there is none (get_option). */
const numberAt = (text: string): number => {
  const [, digits = "0"] = /^(0x[\da-f]+|\d+)/i.exec(text) ?? [];
  return /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
};

export class CpuWords {
  private known = Number.POSITIVE_INFINITY;
  private toStart = Number.POSITIVE_INFINITY;

  private readonly newer: boolean;

  /** `newer`: without the other name of `nolapic` (after 6.12, by 6.18). */
  constructor(newer: boolean) {
    this.newer = newer;
  }

  /** Whether the word is one about CPUs. */
  take(name: string, value: string | null): boolean {
    if (!NAMES.has(name) || (this.newer && name === "disableapic")) return false;
    const number = numberAt(value ?? "");
    if (name === "nr_cpus" || name === "possible_cpus") this.knowAtMost(number);
    else if (name !== "maxcpus") this.knowAtMost(1);
    else if (value !== null) this.startAtMost(number);
    return true;
  }

  /** None is as good as no word; the CPU that boots is there whatever was asked. */
  private knowAtMost(cpus: number): void {
    if (cpus > 0) this.known = Math.min(this.known, cpus);
  }

  /** To start no other is to leave all others alone: they are not even known. */
  private startAtMost(cpus: number): void {
    if (cpus === 0) this.knowAtMost(1);
    else if (cpus > 0) this.toStart = cpus;
  }

  /** Numbers of the first CPU that is not known, and of the first that is not started. `table`: firmware's table of them is read. */
  limits(table: boolean): CpuLimits {
    const known = table ? this.known : 1;
    return { known, started: Math.min(known, this.toStart) };
  }
}

export interface CpuLimits {
  readonly known: number;
  readonly started: number;
}
