/** Whatever people do to whichever kernel, its memory agrees with itself. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { KERNEL_VERSIONS } from "../../hardware/description.ts";
import { actions } from "../../testing/random-actions.ts";
import { smallBox } from "../../testing/small-box.ts";
import { Engine } from "../../time/engine.ts";
import { audit } from "../audit.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const OTHERS = KERNEL_VERSIONS.filter((kernel) => kernel !== "6.1" && kernel !== "6.12");
const cmdlines = fc.constantFrom(
  "",
  "movablecore=acpi",
  "movablecore=200M",
  "movable_node memhp_default_state=online_movable",
  "memhp_default_state=online_kernel",
  "memhp_default_state=online memory_hotplug.memmap_on_memory=1",
  "memory_hotplug.online_policy=auto-movable memhp_default_state=online",
);

test("the memory of every kernel agrees with itself after every command and in the middle of every operation", () => {
  const seen = { moved: 0, refused: 0, displaced: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...OTHERS), cmdlines, actions(12), (kernel, cmdline, steps) => {
      const small = smallBox(cmdline);
      const engine = new Engine({
        seed: 7,
        box: { ...small, partitions: small.partitions.map((partition) => ({ ...partition, kernel, cmdline })) },
      });
      const agrees = () => expect([...engine.kernels.values()].flatMap((each) => audit(each))).toEqual([]);
      engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
      engine.settle();
      const write = (block: number, text: string) => {
        engine.submit({ do: "write", partition: "A", path: `/sys/devices/system/memory/memory${block}/state`, text });
        engine.settle();
      };
      const { blocks, displaced } = engine.kernel("A");
      // Kernel memory in a DIMM: where it can move, one of its blocks is emptied before anything else happens.
      for (const { dimm, number } of blocks.values())
        if (dimm === "d4") for (const word of ["offline", "online_kernel"]) write(number, word);
      engine.submit({ do: "load", partition: "A", load: { kind: "slab", mib: 30, node: 2, policy: "preferred" } });
      engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 60, node: 2, policy: "preferred" } });
      engine.settle();
      for (const { dimm, number } of blocks.values())
        if (dimm === "d4") for (const word of ["offline", "online"]) write(number, word);
      seen.displaced += displaced.count;
      for (const { resolve, wait } of steps) {
        const command = resolve(engine);
        if (command) engine.submit(command);
        agrees();
        engine.runFor(wait);
        agrees();
      }
      for (const attempt of engine.attempts.values()) {
        const { kind, errno, pagesMoved } = attempt.value();
        if (kind === "offline" && pagesMoved > 0) seen.moved++;
        if (errno === "EBUSY" || errno === "EAGAIN") seen.refused++;
      }
    }),
    { numRuns: RUNS },
  );
  for (const [what, times] of Object.entries(seen))
    expect(`${what} ${times > 0 ? "seen" : "never seen"}`).toBe(`${what} seen`);
}, 600_000);
