import { describe, expect, test } from "vitest";
import { Engine } from "../engine/time/engine.ts";
import type { Command } from "../engine/time/commands.ts";
import type { LoadDescription } from "../engine/workload/load-description.ts";
import { findScenario } from "../protocol/scenarios/index.ts";
import { shellLines } from "./shell-lines.ts";

function busyServer(): Engine {
  const scenario = findScenario("busy-server")!;
  return new Engine({ seed: scenario.seed, box: scenario.box });
}
const write = (text: string, path: string): Command => ({ do: "write", partition: "A", path, text });

describe("a command of the mouse as shell lines", () => {
  const engine = busyServer();

  test("writing to a file is an echo, quoted where a shell would stumble", () => {
    const path = "/sys/devices/system/memory/memory34/state";
    expect(shellLines(engine, write("offline", path))?.lines).toEqual([`echo offline > ${path}`]);
    expect(shellLines(engine, write("a 'b'\n", path))?.lines).toEqual([`echo 'a '\\''b'\\''' > ${path}`]);
  });

  test("taking a DIMM out is a loop of offlines and an eject", () => {
    const lines = shellLines(engine, { do: "move", dimm: "d3", to: { shelf: true } });
    const [first = 0, last = 0] =
      /\{(\d+)\.\.(\d+)\}/
        .exec(lines?.lines[0] ?? "")
        ?.slice(1)
        .map(Number) ?? [];
    expect(lines).toEqual({
      partition: "A",
      lines: [
        `for n in {${first}..${last}}; do echo offline > /sys/devices/system/memory/memory$n/state || break; done`,
        "echo 1 > /sys/bus/acpi/devices/PNP0C80:03/eject",
      ],
    });
    expect(last - first + 1).toBe(8);
  });

  test("only blocks that are online are taken offline", () => {
    const other = busyServer();
    const blocks = [...other.kernel("A").blocks.values()]
      .filter(({ dimm }) => dimm === "d3")
      .map(({ number }) => number);
    other.submit(write("offline", `/sys/devices/system/memory/memory${blocks[2]}/state`));
    other.settle();
    const { lines = [] } = shellLines(other, { do: "move", dimm: "d3", to: { shelf: true } }) ?? {};
    expect(lines[0]).toContain(`for n in ${blocks.toSpliced(2, 1).join(" ")};`);
  });

  test("putting a DIMM in is firmware's doing, and said so", () => {
    const lines = shellLines(engine, { do: "move", dimm: "d6", to: { slot: "A/0/2" } })?.lines;
    expect(lines).toEqual(["# d6 goes into slot A/0/2: firmware tells the kernel to check PNP0C80:02"]);
    const across = shellLines(engine, { do: "move", dimm: "d3", to: { slot: "B/0/1" } });
    expect(across?.partition).toBe("A");
    expect(across?.lines.at(-1)).toMatch(/^# d3 goes into slot B\/0\/1/);
  });

  test("where nothing would happen there is nothing to type", () => {
    expect(shellLines(engine, { do: "move", dimm: "d3", to: { slot: "A/1/0" } })).toBeNull();
    expect(shellLines(engine, { do: "move", dimm: "d6", to: { shelf: true } })).toBeNull();
    expect(shellLines(engine, { do: "press", dimm: "nothing" })).toBeNull();
    expect(shellLines(engine, { do: "signal", op: 1 })).toBeNull();
  });

  test("the attention button names the device that firmware speaks of", () => {
    expect(shellLines(engine, { do: "press", dimm: "d5" })).toEqual({
      partition: "B",
      lines: [
        "# firmware asks the kernel for PNP0C80:00, as this would:",
        "echo 1 > /sys/bus/acpi/devices/PNP0C80:00/eject",
      ],
    });
  });

  test("what takes memory is the program that does so; what a scenario starts by another name is more than that", () => {
    const load = (description: LoadDescription): Command => ({ do: "load", partition: "A", load: description });
    const lines = (description: LoadDescription) => shellLines(engine, load(description))?.lines;
    expect(lines({ kind: "anon", mib: 64, comm: "mem" })).toEqual(["mem anon 64"]);
    expect(lines({ kind: "thp", mib: 8, node: 1, policy: "bind", comm: "mem" })).toEqual(["mem thp 8 1 bind"]);
    expect(lines({ kind: "shm", mib: 8, node: 0, policy: "preferred", comm: "mem" })).toEqual(["mem shm 8 0 pref"]);
    expect(lines({ kind: "anon", mib: 8, comm: "mem", cpus: [4, 5, 6, 7] })).toEqual(["taskset -c 4-7 mem anon 8"]);
    expect(lines({ kind: "pipes", count: 100, comm: "mem" })).toEqual(["mem pipes 100"]);
    expect(lines({ kind: "server", mib: 300, comm: "postgres" })).toBeUndefined();
  });
});
