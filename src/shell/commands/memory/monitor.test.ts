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

test("backends are told of and asked as QEMU's are; what can't be plugged here is refused in its words", () => {
  const bench = machine();
  const ask = (command: string): string => {
    const { stdout, stderr } = bench.run(`qemu-monitor ${command}`, {}, 0.01);
    return stdout + stderr;
  };
  expect(ask("object_add memory-backend-ram,id=b,size=256M")).toBe("");
  const told = (name: string, size: number, reserve: boolean) =>
    `memory backend: ${name}\n  size:  ${size}\n  merge: true\n  dump: true\n  prealloc: false\n  share: false\n  reserve: ${reserve}\n  policy: default\n  host nodes: \n`;
  // QEMU's order is that of a hash table.
  const parts = [told("m0", GIB, false), told("m1", GIB, false), told("b", GIB / 4, true)];
  expect(ask("info memdev")).toBe(`${parts.join("")}\n`);
  expect([ask("qom-get /objects/b size"), ask("qom-get /objects/b policy")]).toEqual(["268435456\n", '"default"\n']);
  expect(ask("qom-get /objects/b nope")).toBe("Error: Property 'memory-backend-ram.nope' not found\n");
  expect(ask("qom-set /objects/b size 1G")).toBe("Error: cannot change property size of memory-backend-ram\n");
  expect(ask("device_add pc-dimm,id=d1,memdev=b,node=1")).toBe("");
  expect(ask("qom-get /machine/peripheral/d1 hotpluggable")).toBe("true\n");
  expect(ask("qom-list /machine/peripheral")).toBe("type (string)\nd1 (child<pc-dimm>)\n");
  expect(ask("qom-list /objects").split("\n")).toContain("b (child<memory-backend-ram>)");
  expect([ask("qom-list"), ask("qom-list /nope")]).toEqual(["/\n", "Error: Device '/nope' not found\n"]);
  expect(ask("device_add nvdimm,id=n,memdev=b")).toBe("Error: nvdimm is not enabled: missing 'nvdimm' in '-M'\n");
  expect(ask("device_add virtio-mem-pci,id=v")).toBe("Error: 'memdev' property must be set\n");
  expect(ask("device_add virtio-mem-pci,id=v,memdev=c")).toBe("Error: Device 'c' not found\n");
  expect(ask("device_add virtio-mem-pci,id=v,memdev=b")).toBe("Error: 'memdev' property specifies a busy memdev: b\n");
  const add = "object_add memory-backend-ram,id=p,size=128M";
  expect(ask(`${add},policy=bind`)).toBe("Error: host-nodes must be set for policy bind\n");
  expect(ask(`${add},policy=bind,host-nodes=0`)).toBe(
    "Error: Invalid parameter type for 'host-nodes', expected: array\n",
  );
});
