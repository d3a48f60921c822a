/**
 * Test support: the smallest machine whose memory can be taken offline, and what is done to it. One node `A/0` of 512 MiB with
 * the blocks `A:0` to `A:3`, of which `A:1` to `A:3` can go; no DIMMs, no processes. It boots in about 10 ms.
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

export const offline = (block: number): Command => ({
  do: "write",
  partition: "A",
  path: stateFile(block),
  text: "offline",
});

/** Simulated ns that offline one of these blocks takes, nothing of which is in use; the time that passes besides is short. */
export const OFFLINE_NS = 660_144;
