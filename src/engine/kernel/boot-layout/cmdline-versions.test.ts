/** The same command line means different things to different kernels. */
import { describe, expect, test } from "vitest";
import { KERNEL_VERSIONS, type KernelVersion } from "../../hardware/description.ts";
import { parseCmdline } from "./cmdline.ts";

const BEFORE_4_17: readonly KernelVersion[] = ["3.7", "3.8", "3.9", "3.14", "4.14", "2013-proposal"];
const IN_2013: readonly KernelVersion[] = ["3.7", "3.8", "3.9", "3.14", "2013-proposal"];

describe.each(KERNEL_VERSIONS.map((kernel) => [kernel] as const))("%s", (kernel) => {
  const old = BEFORE_4_17.includes(kernel);
  const early = IN_2013.includes(kernel);

  test("a percent sign means something since 4.17", () => {
    const { movablecore, kernelcore } = parseCmdline("movablecore=50% kernelcore=2G", kernel);
    expect(movablecore).toEqual(old ? { pages: 0 } : { percent: 50 });
    expect(kernelcore).toEqual({ pages: 524_288 });
  });

  test("mirrored memory can be asked for since 4.6", () => {
    expect(parseCmdline("kernelcore=mirror", kernel).kernelcore).toEqual(early ? { pages: 0 } : "mirror");
  });

  test("movable_node came with 3.14", () => {
    const knows = kernel === "3.14" || !early;
    const { movableNode, unknown } = parseCmdline("movable_node", kernel);
    expect(movableNode).toBe(knows);
    expect(unknown).toEqual(knows ? [] : ["movable_node"]);
  });

  test("memhp_default_state came with 4.7, its words kernel and movable with 5.7", () => {
    expect(parseCmdline("memhp_default_state=online", kernel).memhpDefaultState).toBe(early ? null : "online");
    expect(parseCmdline("memhp_default_state=online_movable", kernel).memhpDefaultState).toBe(
      old ? null : "online_movable",
    );
  });

  test("parameters of memory_hotplug came with 5.13", () => {
    const line =
      "memory_hotplug.memmap_on_memory=1 memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=200";
    const before = old || kernel === "5.10";
    const { memmapOnMemory, onlinePolicy, autoMovableRatio, unknown } = parseCmdline(line, kernel);
    expect([memmapOnMemory, onlinePolicy, autoMovableRatio]).toEqual(
      before ? ["N", "contig-zones", 301] : ["Y", "auto-movable", 200],
    );
    expect(unknown).toEqual(before ? line.split(" ") : []);
  });

  test("movablecore=acpi is a size of 0 everywhere but in the proposal", () => {
    const { movablecore, movablecoreAcpi, movableNode } = parseCmdline("movablecore=acpi", kernel);
    const proposal = kernel === "2013-proposal";
    expect(movablecore).toEqual(proposal ? null : { pages: 0 });
    expect([movablecoreAcpi, movableNode]).toEqual([proposal, proposal]);
  });

  test("what-if switches are on where they exist, and can be switched off there", () => {
    const on = kernel === "what-if";
    expect(parseCmdline("", kernel).whatIf).toEqual({ movableKernel: on, movableVmalloc: on, tablesOnMemory: on });
    const some = parseCmdline(
      "playground.movable_kernel=0 playground.movable_vmalloc playground.tables_on_memory=off",
      kernel,
    );
    expect(some.whatIf).toEqual({ movableKernel: false, movableVmalloc: on, tablesOnMemory: false });
    expect(some.unknown).toHaveLength(on ? 0 : 3);
  });
});
