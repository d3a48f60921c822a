import { describe, expect, test } from "vitest";
import { PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { Engine } from "../time/engine.ts";
import { audit } from "../kernel/audit.ts";
import { poisonedPages } from "../kernel/poisoned-pages.ts";

const MEMORY = "/sys/devices/system/memory";

test("a kernel built without it has no files for it", () => {
  const box = smallBox();
  const partitions = box.partitions.map((one) => ({ ...one, builtWithout: ["CONFIG_MEMORY_FAILURE" as const] }));
  const engine = new Engine({ seed: 1, box: { ...box, partitions } });
  addFiles(engine.files("A"));
  const write = (path: string) => engine.submit({ do: "write", partition: "A", path, text: "0x100000" }).errno;
  expect(write(`${MEMORY}/soft_offline_page`)).toBe("EACCES");
  expect(write(`${MEMORY}/hard_offline_page`)).toBe("EACCES");
  expect(write(`${MEMORY}/auto_online_blocks`)).toBe("EINVAL");
});

/** Partition B runs 6.12; its DIMM d3 is one block in Movable. */
function withDimm(kernel: "6.1" | "6.12" = "6.12") {
  const box = smallBox();
  const engine = new Engine({
    seed: 1,
    box: { ...box, partitions: box.partitions.map((one) => (one.id === "B" ? { ...one, kernel } : one)) },
  });
  addFiles(engine.files("B"));
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const running = engine.kernel("B");
  const block = [...running.blocks.values()].find((one) => one.dimm === "d3");
  if (!block) throw new Error("d3 has no block");
  const write = (path: string, text: string) => {
    const { errno, op } = engine.submit({ do: "write", partition: "B", path: `${MEMORY}/${path}`, text });
    engine.settle();
    return op === null ? errno : (engine.operation(op)?.errno ?? null);
  };
  return {
    engine,
    kernel: running,
    block,
    write,
    address: (page: number) => `0x${((block.startPfn + page) * 4096).toString(16)}`,
  };
}

describe("memory errors", () => {
  test("a free page leaves the allocator and the block can still go offline", () => {
    const { kernel, block, write, address } = withDimm();
    expect(write("hard_offline_page", address(700))).toBeNull();
    expect(kernel.pages.kindAt(block.startPfn + 700)).toBe(PageKind.Poisoned);
    expect(audit(kernel)).toEqual([]);
    expect(write("hard_offline_page", address(700))).toBe("EHWPOISON");
    expect(write("soft_offline_page", address(700))).toBeNull();
    expect(write(`memory${block.number}/state`, "offline")).toBeNull();
    expect(poisonedPages(kernel)).toBe(1);
    expect(audit(kernel)).toEqual([]);
  });

  test("6.2 and later refuse to bring it online again; 6.1 hands the broken page out", () => {
    const later = withDimm("6.12");
    later.write("hard_offline_page", later.address(3));
    later.write(`memory${later.block.number}/state`, "offline");
    expect(later.write(`memory${later.block.number}/state`, "online")).toBe("EHWPOISON");
    const earlier = withDimm("6.1");
    earlier.write("hard_offline_page", earlier.address(3));
    earlier.write(`memory${earlier.block.number}/state`, "offline");
    expect(earlier.write(`memory${earlier.block.number}/state`, "online")).toBeNull();
    expect(poisonedPages(earlier.kernel)).toBe(1);
  });

  test("soft: what was in a page moves on, and its process keeps it", () => {
    const { engine, kernel, block, write, address } = withDimm();
    engine.submit({ do: "load", partition: "B", load: { kind: "anon", mib: 100, node: 0 } });
    engine.settle();
    const before = [...kernel.processes.values()].reduce((sum, process) => sum + process.resident, 0);
    expect(kernel.pages.kindAt(block.startPfn + 40)).toBe(PageKind.Anon);
    expect(write("soft_offline_page", address(40))).toBeNull();
    expect(kernel.pages.kindAt(block.startPfn + 40)).toBe(PageKind.Poisoned);
    expect([...kernel.processes.values()].reduce((sum, process) => sum + process.resident, 0)).toBe(before);
    expect(audit(kernel)).toEqual([]);
  });

  test("addresses outside memory, offline blocks and nonsense", () => {
    const { kernel, write } = withDimm();
    expect(write("hard_offline_page", "0xffffffff000")).toBe("ENXIO");
    expect(write("soft_offline_page", "0xffffffff000")).toBe("ENXIO");
    expect(write("hard_offline_page", "page")).toBe("EINVAL");
    expect(write("hard_offline_page", "0x1000000")).toBe("EBUSY");
    expect(audit(kernel)).toEqual([]);
  });

  test("a page may break at any moment of an offline", () => {
    for (const wait of [0, 2_000, 60_000, 100_000, 250_000, 330_000, 400_000]) {
      const { engine, kernel, block, address } = withDimm();
      engine.submit({ do: "write", partition: "B", path: `${MEMORY}/memory${block.number}/state`, text: "offline" });
      engine.runFor(wait);
      engine.submit({ do: "write", partition: "B", path: `${MEMORY}/hard_offline_page`, text: address(9000) });
      expect(audit(kernel)).toEqual([]);
      engine.settle();
      expect(block.state).toBe("offline");
      expect(audit(kernel)).toEqual([]);
    }
  });
});
