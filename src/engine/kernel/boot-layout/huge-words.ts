/**
 * The words of a command line about huge pages, in their order: each `hugepages=` belongs to the `hugepagesz=` before it, and
 * what does not fit is told and ignored (mm/hugetlb.c, hugepages_setup, hugepagesz_setup, default_hugepagesz_setup, as
 * they are since 5.8; earlier kernels took more, and said other things).
 */
import { type Bytes, bytes } from "../../units.ts";
import { memparse } from "./memparse.ts";

export interface HugeRequest {
  /** 0: the default size, whichever that will be. */
  readonly size: Bytes;
  readonly count: number;
  readonly node: number | null;
}

const HUGE_2M = 2 * 1024 * 1024;
const HUGE_1G = 1024 * 1024 * 1024;
const isSize = (size: number): boolean => size === HUGE_2M || size === HUGE_1G;

export class HugeWords {
  readonly requests: HugeRequest[] = [];
  defaultSize: Bytes = bytes(HUGE_2M);
  /** What the kernel says of words that it ignores. */
  private readonly complain: (line: string) => void;
  private readonly strict: boolean;
  /** `hugepages=` takes counts for nodes (5.16). */
  private readonly byNode: boolean;
  private readonly isNode: (node: number) => boolean;
  /** Sizes that were asked for. */
  private readonly sizes = new Set<number>();
  private size = 0;
  /** The size before was one that there is. */
  private valid = true;
  private defaultGiven = false;
  /** Size that the last number was for. */
  private last = -1;

  constructor(strict: boolean, byNode: boolean, isNode: (node: number) => boolean, complain: (line: string) => void) {
    this.strict = strict;
    this.byNode = byNode;
    this.isNode = isNode;
    this.complain = complain;
  }

  take(name: "hugepages" | "hugepagesz" | "default_hugepagesz", value: string): void {
    if (name === "hugepages") this.takeCount(value);
    else if (!this.strict) this.takeAnySize(name, value);
    else if (name === "hugepagesz") this.takeSize(value);
    else this.takeDefault(value);
  }

  private takeAnySize(name: string, value: string): void {
    const size = memparse(value).value;
    if (!isSize(size)) return;
    if (name === "hugepagesz") this.size = size;
    else this.defaultSize = bytes(size);
  }

  private takeSize(value: string): void {
    this.valid = false;
    const size = memparse(value).value;
    if (!isSize(size)) {
      this.complain(`HugeTLB: unsupported hugepagesz=${value}`);
      return;
    }
    const asDefault = this.defaultGiven && size === this.defaultSize && !this.requests.some((one) => one.size === size);
    if (this.sizes.has(size) && !asDefault) {
      this.complain(`HugeTLB: hugepagesz=${value} specified twice, ignoring`);
      return;
    }
    this.choose(size);
  }

  private takeDefault(value: string): void {
    this.valid = false;
    if (this.defaultGiven) {
      this.complain(`HugeTLB: default_hugepagesz previously specified, ignoring ${value}`);
      return;
    }
    const size = memparse(value).value;
    if (!isSize(size)) {
      this.complain(`HugeTLB: unsupported default_hugepagesz=${value}`);
      return;
    }
    this.choose(size);
    this.defaultGiven = true;
    this.defaultSize = bytes(size);
  }

  private choose(size: number): void {
    this.sizes.add(size);
    this.size = size;
    this.valid = true;
  }

  private takeCount(value: string): void {
    const size = this.size;
    if (this.strict && !this.valid) {
      this.valid = true;
      this.complain(`HugeTLB: hugepages=${value} does not follow a valid hugepagesz, ignoring`);
      return;
    }
    if (this.strict && this.last === size) {
      const ignored = `ignoring hugepages=${value}`;
      this.complain(`HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ${ignored}`);
      return;
    }
    const wanted = this.byNode ? countsOf(value, this.isNode) : countOf(value);
    if ("bad" in wanted) {
      if (this.strict) this.complain(`HugeTLB: Invalid hugepages parameter ${wanted.bad}`);
      return;
    }
    for (const { count, node } of wanted.counts) this.requests.push({ size: bytes(size), count, node });
    this.last = size;
  }
}

interface Count {
  readonly count: number;
  readonly node: number | null;
}

/** A number, whatever follows. */
function countOf(value: string): { counts: Count[] } | { bad: string } {
  const count = /^\d+/.exec(value)?.[0];
  return count === undefined ? { bad: value } : { counts: [{ count: Number(count), node: null }] };
}

/** `4`, or `0:1,1:2`: numbers as sscanf reads them, whatever follows the last. `bad`: the rest that can't be read. */
function countsOf(value: string, isNode: (node: number) => boolean): { counts: Count[] } | { bad: string } {
  const counts: Count[] = [];
  for (let rest = value; ; ) {
    const first = /^\d+/.exec(rest)?.[0];
    if (first === undefined) return { bad: rest };
    if (rest[first.length] !== ":")
      return rest === value ? { counts: [{ count: Number(first), node: null }] } : { bad: rest };
    if (!isNode(Number(first))) return { bad: rest };
    const [pair, count, comma] = /^\d+:(\d+)(,?)/.exec(rest) ?? [];
    if (pair === undefined) return { bad: rest.slice(first.length + 1) };
    counts.push({ count: Number(count), node: Number(first) });
    if (comma === "") return { counts };
    rest = rest.slice(pair.length);
  }
}
