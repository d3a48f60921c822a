/** The monitor, line by line, as QEMU 7.2's answered on a machine like this. */
import { expect, test } from "vitest";
import { Engine } from "../../../engine/time/engine.ts";
import { bytes, GIB } from "../../../engine/units.ts";
import { ShellBench } from "../../testing/shell-bench.ts";
import session from "./fixtures/monitor.json";

const machine = (): ShellBench => {
  const nodes = [1, 1, 0].map((gib, n) => ({ onboard: bytes(gib * GIB), cpus: n === 0 ? "0-1" : "", slots: [] }));
  const partition = { id: "A", name: "A", nodes, sharedSlots: 4, maxMemory: bytes(8 * GIB), kernel: "6.12" as const };
  return new ShellBench({}, new Engine({ seed: 1, box: { partitions: [{ ...partition, cmdline: "" }], shelf: [] } }));
};

test("what is made, plugged, asked and refused", () => {
  const bench = machine();
  const answered = session.map(({ command }) => {
    const { stdout, stderr } = bench.run(`qemu-monitor ${command}`, {}, 0.01);
    return { command, answer: stdout + stderr };
  });
  expect(answered).toEqual(session);
});

test("a backend outlives its DIMM, and is free again", () => {
  const bench = machine();
  const lines = [
    "echo offline > /sys/devices/system/memory/auto_online_blocks",
    "qemu-monitor object_add memory-backend-ram,id=b,size=128M",
    "qemu-monitor device_add pc-dimm,id=d,memdev=b,node=2; sleep 5",
    "qemu-monitor object_del b",
    "qemu-monitor device_del d; sleep 5",
    "qemu-monitor info memory-devices",
    "qemu-monitor device_add pc-dimm,id=e,memdev=b,slot=3; sleep 5",
    "qemu-monitor qom-get e slot; qemu-monitor qom-get /machine/peripheral/e memdev",
    "qemu-monitor device_del e; sleep 5; qemu-monitor object_del b && qemu-monitor object_del b",
  ];
  const { stdout, stderr } = bench.run(lines.join("\n"));
  expect(stdout).toBe('3\n"/objects/b"\n');
  expect(stderr).toBe("Error: object 'b' is in use, can not be deleted\nError: object 'b' not found\n");
});
