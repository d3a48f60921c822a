/** Processes that take memory in random scenarios, and what is known of them while they live. */
import { bytesOf } from "../../playback/machine.ts";
import type { TraceStep } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import type { RandomMachine } from "./random-machine.ts";

const MIB = 2 ** 20;

export class RandomLoads {
  /** Any load is alive. */
  alive = false;
  /** One of them pins its pages. */
  pinned = false;
  /** MiB that large ones hold. */
  private held = 0;
  private readonly chance: Chance;
  private readonly nodes: RandomMachine["machine"]["nodes"];

  constructor(chance: Chance, nodes: RandomMachine["machine"]["nodes"]) {
    this.chance = chance;
    this.nodes = nodes;
  }

  /**
   * Well within what a node has from boot, for what happens when memory runs out depends on what else runs. Undefined
   * when no node without CPUs has enough.
   */
  modest(): TraceStep | undefined {
    const { chance } = this;
    const candidates = this.nodes.flatMap(({ mem, cpus }, i) =>
      bytesOf(mem) >= 512 * MIB && cpus === undefined ? [i] : [],
    );
    if (candidates.length === 0) return undefined;
    const node = chance.of(candidates);
    const room = bytesOf(this.nodes[node]?.mem ?? "0M") / MIB;
    const kind = chance.weighted<"anon" | "mlock" | "shm" | "pipes" | "pin">([
      [40, "anon"],
      [20, "mlock"],
      [20, "shm"],
      [15, "pipes"],
      [5, "pin"],
    ]);
    this.alive = true;
    if (kind === "pipes") return { load: { kind, count: chance.of([50, 200, 400]), node } };
    if (kind === "pin") {
      this.pinned = true;
      return { load: { kind, mib: chance.of([8, 16]), node } };
    }
    return { load: { kind, mib: Math.round((room * chance.whole(5, 35)) / 100), node } };
  }

  /** Up to two thirds of the machine with what is held already; anywhere, or on a node as far as it reaches. */
  large(): TraceStep {
    const { chance } = this;
    const total = this.nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0) / MIB;
    const mib = Math.min(Math.round((total * chance.whole(5, 25)) / 100), Math.floor((total * 2) / 3 - this.held));
    if (mib < 16) return this.end();
    this.held += mib;
    this.alive = true;
    const kind = chance.of(["anon", "anon", "shm", "mlock"] as const);
    const node = chance.percent(25) ? -1 : chance.whole(0, this.nodes.length - 1);
    return { load: { kind, mib, node, ...(node < 0 ? {} : { policy: "pref" as const }) } };
  }

  /** Pages of a pool, or transparent huge pages, on a node without CPUs if there is one. */
  huge(): TraceStep {
    const { chance } = this;
    const apart = this.nodes.flatMap(({ cpus }, i) => (cpus === undefined ? [i] : []));
    this.alive = true;
    const node = apart.length > 0 ? chance.of(apart) : 0;
    return { load: { kind: chance.of(["huge", "huge", "thp"] as const), mib: 2 * chance.whole(4, 60), node } };
  }

  /** All of them end. */
  end(): TraceStep {
    this.held = 0;
    this.alive = false;
    this.pinned = false;
    return { killall: 1 };
  }
}
