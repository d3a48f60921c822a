/**
 * Test support: the smallest machine whose memory can be taken offline, and what is done to it. One node `A/0` of 512 MiB with
 * the blocks `A:0` to `A:3`, of which `A:1` and `A:2` have no holes and can go; no DIMMs, no processes. It boots in about 10 ms.
 */
import type { Command } from "../../engine/time/commands.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";
import type { Scenario } from "../../protocol/scenario.ts";

/** A scenario that such a machine plays. */
export const smallScenario = (parts: Partial<Scenario> = {}): Scenario => ({
  version: 1,
  name: "small",
  title: "Small",
  about: "",
  seed: 1,
  box: {
    partitions: [
      {
        id: "A",
        name: "A",
        nodes: [{ onboard: bytes(512 * MIB), cpus: "0", slots: [] }],
        maxMemory: bytes(GIB),
        kernel: "6.1",
        cmdline: "movablecore=128M",
      },
    ],
    shelf: [],
  },
  setup: [],
  script: [],
  ...parts,
});

/** The file whose writes take a block offline and online again. */
export const stateFile = (block: number): string => `/sys/devices/system/memory/memory${block}/state`;
const writing = (block: number, text: string): Command => ({
  do: "write",
  partition: "A",
  path: stateFile(block),
  text,
});
export const offline = (block: number): Command => writing(block, "offline");
export const online = (block: number): Command => writing(block, "online");

/** Simulated ns that it takes to offline `A:1` or `A:2` as they are after boot: nothing in them is in use. */
export const OFFLINE_NS = 660_144;
