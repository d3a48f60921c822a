/** What offline_pages meets that no other test of this folder leads to: pages that are offline and held, and a type that was kept. */
import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { Trial, twoNodeBox } from "../experiments/trial.ts";
import { audit } from "../kernel/audit.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";

function added(version: KernelVersion) {
  const trial = new Trial(twoNodeBox(version, "memhp_default_state=offline"));
  const [low, high] = trial.insert("d1", "A/1/0");
  if (!low || !high) throw new Error("d1 has not two blocks");
  return { trial, low, high };
}

describe("a page that is offline to everybody", () => {
  /** The block, with pages of a balloon in it. */
  function ballooned() {
    const { trial, low: block } = added("6.12");
    expect(trial.state(block, "online_movable")).toBe(null);
    trial.load({ kind: "balloon", mib: 4, node: 1, policy: "bind" });
    const { pages } = trial.kernel;
    const frames = Array.from({ length: block.pages }, (_, page) => block.startPfn + page);
    const own = frames.filter((frame) => pages.kindAt(frame) === PageKind.Offline);
    expect(own.length).toBeGreaterThan(500);
    const last = own.at(-1) as number;
    const attempt = () => [...trial.engine.attempts.values()].at(-1)?.value();
    return { trial, block, last, attempt, held: pages.indexOf(last) };
  }

  test("and that somebody holds ends the offline at once, by name", () => {
    const { trial, block, last, attempt, held } = ballooned();
    trial.kernel.pages.setFlags(held, PageFlag.Pinned, 0);
    expect(trial.state(block, "offline")).toBe("EBUSY");
    expect(attempt()?.checks.at(-1)).toMatchObject({ rule: "migrate", verdict: "fail", data: { left: 1 } });
    expect(attempt()?.culprit?.pfn).toBe(last);
    expect(block.state).toBe("online");
  });

  test("and that nobody holds is replaced by another", () => {
    const { trial, block } = ballooned();
    expect(trial.state(block, "offline")).toBe(null);
    expect(audit(trial.kernel)).toEqual([]);
  });
});

test("a type that was written in vain is kept for whoever names none, once", () => {
  const { trial, high: block } = added("6.12");
  const online = `/sys/devices/system/memory/memory${block.number}/online`;
  const zone = () => block.zone?.name;
  expect(trial.state(block, "online_kernel")).toBe(null);
  // It is online: nothing is done, but the type is noted.
  trial.state(block, "online_movable");
  expect(zone()).toBe("Normal");
  expect(trial.write(online, "0")).toBe(null);
  expect(trial.write(online, "1")).toBe(null);
  expect(zone()).toBe("Movable");
  expect(trial.write(online, "0")).toBe(null);
  expect(trial.write(online, "1")).toBe(null);
  expect(zone()).toBe("Normal");
});
