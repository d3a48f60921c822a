/** A block whose memory map lies on itself: its zone counts the map out before the rest, and in again when the block stays. */
import { expect, test } from "vitest";
import { Trial } from "../experiments/trial.ts";
import { audit } from "../kernel/audit.ts";
import { boxWith } from "../testing/stirred-box.ts";

/** Pages of struct page for a block of 128 MiB. */
const MEMMAP = 512;

test("while the block is going offline its zone, node and group have left out its memory map", () => {
  const trial = new Trial(boxWith("6.12", "memhp_default_state=offline memory_hotplug.memmap_on_memory=1"));
  const block = trial.insert("d4", "A/2/0").at(-1);
  if (!block) throw new Error("d4 has no block");
  expect(trial.state(block, "online_movable")).toBe(null);
  const { zone, pages, group } = block;
  if (!zone || !group) throw new Error("no zone");
  trial.load({ kind: "pin", mib: 4, node: 2, policy: "bind" });
  const figures = () => [zone.present, zone.managed, trial.kernel.nodes[2]?.present, group.movablePages];
  const whole = [pages, pages - MEMMAP, pages, pages];
  expect(figures()).toEqual(whole);

  const path = `/sys/devices/system/memory/memory${block.number}/state`;
  const { op } = trial.engine.submit({ do: "write", partition: "A", path, text: "offline" });
  trial.engine.runUntil(trial.engine.now + 2e9);
  expect(block.state).toBe("going-offline");
  const left = pages - MEMMAP;
  expect(figures()).toEqual([left, left, left, left]);
  expect(audit(trial.kernel)).toEqual([]);

  trial.engine.submit({ do: "signal", op: op ?? -1 });
  trial.engine.settle();
  expect(block.state).toBe("online");
  expect(figures()).toEqual(whole);
  expect(audit(trial.kernel)).toEqual([]);
});
