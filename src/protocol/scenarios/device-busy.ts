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
  box: standardBox("memhp_default_state=online_kernel"),
  setup: [
    { do: "load", partition: "A", load: { kind: "anon", mib: 400, node: 1, policy: "preferred", comm: "postgres" } },
    {
      do: "load",
      partition: "A",
      load: { kind: "slab", count: 60_000, node: 1, policy: "preferred", cache: "dentry", comm: "find" },
    },
  ],
  script: [],
  focus: { node: "A/1", speed: 1 / 16 },
};
