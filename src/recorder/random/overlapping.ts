/**
 * Random scenarios in which things happen at once: an offline or an eject hangs, for pages are pinned, while others ask for
 * what it holds; a load grows while its block leaves; a writer is interrupted. What each comes to in the end does not
 * hang on chance, for whoever must wait for the same lock waits for another block.
 */
import type { TraceStep } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import { autoOnlineLine, stateLine } from "./file-writes.ts";
import { AUTO_OFFLINE, type RandomMachine } from "./random-machine.ts";

type Step = TraceStep;

/** DIMMs begin at 4 GiB: below lie at most 3 GiB. */
const FIRST = 32;
const MEMORY = "/sys/devices/system/memory";
const STUCK = "stuck";

/** A node without memory of its own, on which whatever is bound to it lies in a DIMM. */
export function overlappingMachine(chance: Chance): RandomMachine {
  return {
    machine: {
      nodes: [{ mem: "1G", cpus: "0-1" }, { mem: chance.of(["512M", "1G"]) }, { mem: "0M" }],
      slots: 8,
      maxmem: "16G",
    },
    coldplug: [],
    cmdline: chance.percent(25) ? chance.of(["movable_node", "memory_hotplug.memmap_on_memory=1"]) : "",
    setup: [AUTO_OFFLINE],
  };
}

export const overlappingSteps = (chance: Chance): Step[] =>
  chance.percent(25) ? growing(chance) : new Overlapping(chance).steps();

/** A load grows, or ends, while its memory goes offline. */
function growing(chance: Chance): Step[] {
  const blocks = [0, 1, 2, 3].map((i) => FIRST + i);
  const load = (mib: number) => ({ kind: chance.of(["anon", "shm", "mlock"] as const), mib, node: 2 });
  const leaving = chance.of(blocks);
  const both: Step[] = [
    { sh: stateLine(leaving, "offline"), start: "leaves" },
    { load: load(chance.whole(20, 120)), start: "grows" },
  ];
  if (chance.percent(50)) both.reverse();
  return [
    { hotadd: { id: "d0", node: 2, size: "512M" } },
    { sh: `for b in ${blocks.join(" ")}; do echo online_movable > ${MEMORY}/memory$b/state; done` },
    { load: load(chance.whole(30, 200)) },
    ...both,
    { until: { ended: "leaves" }, seconds: 120 },
    { until: { ended: "grows" }, seconds: 120 },
    { sh: stateLine(leaving, "online_movable") },
    { sh: stateLine(chance.of(blocks), "offline") },
    { killall: 1 },
    { hotremove: "d0" },
  ];
}

class Overlapping {
  private readonly chance: Chance;
  /** What was begun and has not been waited for. */
  private readonly begun: string[] = [];
  private next = 0;
  private writing = false;
  /** Blocks of the second DIMM, none of which is asked of twice. */
  private readonly free: number[];
  private readonly second: number;

  constructor(chance: Chance) {
    this.chance = chance;
    this.second = chance.whole(2, 4);
    this.free = Array.from({ length: this.second }, (_, i) => FIRST + 1 + i);
  }

  steps(): Step[] {
    const { chance, second } = this;
    const eject = chance.percent(45);
    const online = chance.percent(60);
    const others = online ? this.free.join(" ") : "";
    const steps: Step[] = [
      { hotadd: { id: "d0", node: 2, size: "128M" } },
      { sh: stateLine(FIRST, "online_movable") },
      { hotadd: { id: "d1", node: 1, size: `${second * 128}M` } },
      ...(online
        ? [{ sh: `for b in ${others}; do echo online_movable > ${MEMORY}/memory$b/state; done` } satisfies Step]
        : []),
      { load: { kind: "pin", mib: chance.of([4, 8, 16]), node: 2 } },
      eject ? { hotremove: "d0", start: STUCK } : { sh: stateLine(FIRST, "offline"), start: STUCK },
      { until: { block: FIRST, is: "going-offline" }, seconds: 60 },
      ...Array.from({ length: chance.whole(2, 5) }, () => this.meanwhile(online)),
    ];
    const interrupted = !eject && chance.percent(40);
    if (interrupted) steps.push({ interrupt: STUCK, signal: chance.of(["TERM", "KILL"]) });
    else steps.push({ killall: 1 });
    for (const name of [STUCK, ...this.begun]) steps.push({ until: { ended: name }, seconds: 120 });
    if (interrupted) steps.push({ killall: 1 });
    steps.push({ sh: stateLine(FIRST, chance.of(["offline", "online_movable"])) });
    if (chance.percent(60)) steps.push({ hotremove: "d1" });
    return steps;
  }

  private name(kind: string): string {
    const name = `${kind}${++this.next}`;
    this.begun.push(name);
    return name;
  }

  /** Something that is done, or asked for, while the first hangs. */
  private meanwhile(online: boolean): Step {
    const { chance } = this;
    const state = (block: number) => `${MEMORY}/memory${block}`;
    const looks: (() => Step)[] = [
      () => ({ observe: "now" }),
      () => ({ sh: `cat ${state(FIRST)}/state ${state(FIRST)}/valid_zones` }),
      () => ({ sh: autoOnlineLine(chance.of(["online_movable", "offline"])) }),
      () => ({ sh: "lsmem -a -o RANGE,STATE,BLOCK" }),
      () => ({ load: { kind: "anon", mib: chance.whole(20, 100), node: 1 } }),
      () => ({ sh: stateLine(FIRST, chance.of(["offline", "online_movable"])), timeout: 3 }),
      () => ({ sh: stateLine(FIRST + 1, "offline"), timeout: 3 }),
      () => ({ load: { kind: "anon", mib: chance.whole(20, 100), node: 1 }, start: this.name("grows") }),
      () => this.add(),
    ];
    const asks: (() => Step)[] = [() => this.add()];
    if (!this.writing && this.free.length > 0) asks.push(() => this.write(online));
    return chance.percent(55) ? chance.of(looks)() : chance.of(asks)();
  }

  private add(): Step {
    const { chance } = this;
    const name = this.name("d");
    return { hotadd: { id: `${name}x`, node: chance.of([0, 1, 2]), size: chance.of(["128M", "256M"]) }, start: name };
  }

  private write(online: boolean): Step {
    this.writing = true;
    const block = this.free.pop() as number;
    return { sh: stateLine(block, online ? "offline" : "online_movable"), start: this.name("writes") };
  }
}
