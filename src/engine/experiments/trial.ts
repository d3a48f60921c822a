/** A box for comparing kernels: one partition of two nodes, an empty slot on each, and spare DIMMs of two memory blocks. */
import type { BoxDescription, KernelVersion } from "../hardware/description.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { Engine } from "../time/engine.ts";
import type { TransactionReader } from "../chronicle/transaction-ring.ts";
import { bytes, GIB, MIB } from "../units.ts";

export function twoNodeBox(kernel: KernelVersion, cmdline = "", hotpluggable: readonly number[] = []): BoxDescription {
  return {
    partitions: [
      {
        id: "A",
        name: kernel,
        // Node 0 holds all memory below 4 GiB, so that node 1 has nothing but Normal.
        nodes: [
          { onboard: bytes(512 * MIB), cpus: "0-1", slots: [null, null] },
          { onboard: bytes(256 * MIB), cpus: "2-3", slots: [null, null] },
        ],
        maxMemory: bytes(4 * GIB),
        distances: [
          [0, 1, 21],
          [1, 0, 21],
        ],
        hotpluggable,
        kernel,
        cmdline,
      },
    ],
    shelf: [
      { id: "d1", size: bytes(256 * MIB) },
      { id: "d2", size: bytes(256 * MIB) },
    ],
  };
}

/** A kernel at work, and the few things that comparisons do with it. */
export class Trial {
  readonly engine: Engine;
  private readonly reader: TransactionReader;

  constructor(box: BoxDescription) {
    this.engine = new Engine({ seed: 1, box });
    this.reader = this.engine.transactions.reader("first");
  }

  get kernel() {
    return this.engine.kernel("A");
  }

  /** Puts a DIMM into a slot and waits; its blocks. */
  insert(dimm: string, slot: string): MemoryBlock[] {
    this.engine.submit({ do: "move", dimm, to: { slot } });
    this.engine.settle();
    return this.blocksOf(dimm);
  }

  blocksOf(dimm: string): MemoryBlock[] {
    return [...this.kernel.blocks.values()].filter((block) => block.dimm === dimm);
  }

  /** Writes to a file as `echo` does and waits for the end; the errno. */
  write(path: string, text: string): string | null {
    const { errno, op } = this.engine.submit({ do: "write", partition: "A", path, text: `${text}\n` });
    if (op === null) return errno;
    this.engine.settle();
    const operation = this.engine.operation(op);
    return operation?.done ? operation.errno : "running";
  }

  /** Writes a word to a block's `state`. */
  state(block: MemoryBlock, word: string): string | null {
    return this.write(`/sys/devices/system/memory/memory${block.number}/state`, word);
  }

  /** Firmware asks for a DIMM; the errno of the kernel's answer. */
  eject(dimm: string): ErrnoName | null {
    const { op } = this.engine.submit({ do: "press", dimm });
    this.engine.settle();
    return op === null ? "ENODEV" : (this.engine.operation(op)?.errno ?? null);
  }

  /** Runs a load to where it holds what it wants. */
  load(load: Extract<Parameters<Engine["submit"]>[0], { do: "load" }>["load"]): void {
    this.engine.submit({ do: "load", partition: "A", load });
    this.engine.settle();
  }

  /** Everything that the kernel has logged since the last time this was asked. */
  log(): string[] {
    return this.reader
      .read()
      .flatMap(({ changes }) => changes.flatMap((change) => (change.c === "log" ? change.line : [])));
  }
}
