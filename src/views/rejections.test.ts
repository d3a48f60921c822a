/** What the engine refuses at once is said in words that name what was asked for. */
import { expect, test } from "vitest";
import { smallBox } from "../engine/testing/small-box.ts";
import type { Command } from "../engine/time/commands.ts";
import { Engine } from "../engine/time/engine.ts";
import { bytes, MIB } from "../engine/units.ts";
import { rejectionText } from "./rejections.ts";

const slot = (key: string) => ({ slot: key });

test.each<readonly [Command, string, string]>([
  [{ do: "killall", partition: "Z" }, "ENODEV", "There is no partition Z."],
  [{ do: "move", dimm: "d9", to: { shelf: true } }, "ENODEV", "There is no DIMM d9."],
  [{ do: "move", dimm: "d3", to: slot("A/9/9") }, "ENODEV", "There is no slot A/9/9."],
  [{ do: "move", dimm: "d3", to: slot("A/0/0") }, "EBUSY", "Slot A/0/0 holds d1."],
  [{ do: "press", dimm: "d3" }, "ENODEV", "d3 is in no slot."],
  [{ do: "signal", op: 99 }, "ENOENT", "Nothing with that number is running."],
  [{ do: "kill", partition: "A", pid: 4 }, "ENOENT", "There is no process 4."],
  [{ do: "load", partition: "A", load: { kind: "anon", mib: 1, node: 2 } }, "EINVAL", "Node 2 has no memory."],
  [{ do: "write", partition: "A", path: "/sys/none", text: "1" }, "EACCES", "/sys/none: EACCES"],
  [{ do: "hotremove", partition: "A", id: "d9" }, "ENODEV", "Device 'd9' not found"],
  [
    { do: "resize", partition: "A", id: "v1", size: bytes(MIB + 1) },
    "EINVAL",
    "'requested-size' has to be multiples of 'block-size' (0x200000)",
  ],
])("%j: %s, %s", (command, errno, words) => {
  const { rejection, ...rest } = new Engine({ seed: 1, box: smallBox() }).submit(command);
  expect(rest).toEqual({ errno, op: null });
  expect(rejection && rejectionText(rejection, errno as never)).toBe(words);
});

test("a DIMM that is on its way, and the slot that it is to have", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  engine.submit({ do: "move", dimm: "d2", to: slot("A/0/1") });
  const say = (command: Command) => {
    const { rejection, errno } = engine.submit(command);
    return rejection && errno && rejectionText(rejection, errno);
  };
  expect(say({ do: "press", dimm: "d2" })).toBe("d2 is on its way already.");
  expect(say({ do: "move", dimm: "d3", to: slot("A/0/1") })).toBe("Slot A/0/1 is kept for d2.");
});
