/** vm.movable_gigantic_pages: what 7.3 takes, as asked of it, and that the pool of pages of 1 GiB listens to it. */
import { expect, test } from "vitest";
import { Trial } from "../experiments/trial.ts";
import { bytes, GIB } from "../units.ts";
import { boxWith } from "../testing/stirred-box.ts";

const SWITCH = "/proc/sys/vm/movable_gigantic_pages";
const POOL = "/sys/devices/system/node/node2/hugepages/hugepages-1048576kB/nr_hugepages";

test("pages of 1 GiB come out of Movable once the switch is any number but 0", () => {
  const box = boxWith("7.3", "memhp_default_state=online_movable");
  const trial = new Trial({ ...box, shelf: [...box.shelf, { id: "big", size: bytes(2 * GIB) }] });
  trial.insert("big", "A/2/0");
  const { gigantic, parameters } = trial.kernel;
  expect(trial.write(POOL, "1")).toBe(null);
  expect(gigantic.pages).toBe(0);

  expect(trial.write(SWITCH, "x")).toBe("EINVAL");
  expect(trial.write(SWITCH, "99999999999")).toBe("EINVAL");
  for (const value of [1, -1, 2]) {
    expect(trial.write(SWITCH, String(value))).toBe(null);
    expect(parameters.movableGiganticPages).toBe(value);
  }
  expect(trial.write(POOL, "1")).toBe(null);
  expect(gigantic.pages).toBe(1);
});
