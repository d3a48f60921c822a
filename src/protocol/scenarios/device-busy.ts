/** Kernel memory in ZONE_NORMAL: the offline is refused, and the page that refuses is pointed at. */
import type { Scenario } from "../scenario.ts";
import { standardBox } from "./standard-box.ts";

export const deviceBusy: Scenario = {
  version: 1,
  name: "device-busy",
  title: "Device or resource busy",
  about:
    "The DIMMs are in ZONE_NORMAL, and the kernel has put its own data there. Try to pull one and see what it says.",
  seed: 2014,
  box: standardBox("memhp_default_state=online_kernel", "6.1"),
  // The database fills what is soldered on and the beginning of d3; then someone walks the file system, and the dentries
  // that the kernel caches land in the middle of that DIMM, where they stay when the walk is over.
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "server", mib: 580, node: 1, policy: "preferred", churnMibPerSecond: 8, comm: "postgres" },
    },
    {
      do: "load",
      partition: "A",
      load: { kind: "slab", count: 40_000, node: 1, policy: "preferred", cache: "dentry", comm: "find" },
    },
    { do: "load", partition: "A", load: { kind: "cache", mib: 240, node: 1, policy: "preferred", comm: "tar" } },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};
