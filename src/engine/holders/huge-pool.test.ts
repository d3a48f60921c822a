import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";

const POOL = "/sys/kernel/mm/hugepages/hugepages-2048kB";

function booted(cmdline = "", kernel: "6.1" | "6.12" = "6.1") {
  const box = smallBox();
  const partitions = box.partitions.map((one) =>
    one.id === "A" ? { ...one, kernel, cmdline: `${one.cmdline} ${cmdline}` } : one,
  );
  const engine = new Engine({ seed: 1, box: { ...box, partitions } });
  const write = (path: string, text: string) => {
    const { errno } = engine.submit({ do: "write", partition: "A", path, text });
    engine.settle();
    return errno;
  };
  return { engine, kernel: engine.kernel("A"), pool: engine.kernel("A").hugePages, write };
}

/** A process of so many huge pages; the errno that it ended with. */
function load({ engine }: ReturnType<typeof booted>, pages: number, node = -1) {
  const { op, errno } = engine.submit({
    do: "load",
    partition: "A",
    load: { kind: "huge", mib: 2 * pages, node, policy: "bind" },
  });
  engine.settle();
  return errno ?? (op === null ? null : (engine.operation(op)?.errno ?? null));
}

describe("the pool from the command line", () => {
  test("is taken from all nodes in turn, on 6.12 by threads that each begin with the first", () => {
    const old = booted("hugepages=21");
    expect(old.kernel.nodes.map(({ hasMemory }) => hasMemory)).toEqual([true, true, false]);
    expect(old.pool.total).toEqual([11, 10, 0]);
    // Four pieces of five and one of one.
    expect(booted("hugepages=21", "6.12").pool.total).toEqual([13, 8, 0]);
  });

  test("can be asked for by node, and of no size that there is not", () => {
    expect(booted("hugepages=0:3,1:5").pool.total).toEqual([3, 5, 0]);
    expect(booted("hugepagesz=2M hugepages=4").pool.pages).toBe(4);
    expect(booted("hugepagesz=1G hugepages=4").pool.pages).toBe(0);
  });
});

test("pages beyond the number are surplus, as many as overcommitting lets there be, and leave when they come free", () => {
  const machine = booted();
  const { pool, write, engine } = machine;
  expect(load(machine, 4)).toBe("ENOMEM");
  write(`${POOL}/nr_hugepages`, "3");
  write(`${POOL}/nr_overcommit_hugepages`, "2");
  expect(load(machine, 5)).toBe(null);
  expect([pool.pages, pool.surplusPages, pool.freePages, pool.reserved, pool.most]).toEqual([5, 2, 0, 0, 3]);
  expect(load(machine, 1)).toBe("ENOMEM");
  engine.submit({ do: "killall", partition: "A" });
  engine.settle();
  expect([pool.pages, pool.surplusPages, pool.freePages]).toEqual([3, 0, 3]);
});

test("a pool made smaller than what is in use calls the rest surplus", () => {
  const machine = booted();
  const { pool, write, engine } = machine;
  write(`${POOL}/nr_hugepages`, "6");
  expect(load(machine, 4)).toBe(null);
  write(`${POOL}/nr_hugepages`, "1");
  expect([pool.pages, pool.surplusPages, pool.freePages, pool.most]).toEqual([4, 3, 0, 1]);
  write(`${POOL}/nr_hugepages`, "2");
  expect(pool.surplusPages).toBe(2);
  engine.submit({ do: "killall", partition: "A" });
  engine.settle();
  expect([pool.pages, pool.surplusPages, pool.freePages]).toEqual([2, 0, 2]);
});

test("whatever is asked of it, its counters agree and no page is lost", () => {
  const step = fc.oneof(
    fc.record({ resize: fc.nat(12), node: fc.constantFrom(null, 0, 1) }),
    fc.record({ overcommit: fc.nat(8) }),
    fc.record({ load: fc.integer({ min: 1, max: 8 }), node: fc.constantFrom(-1, 0, 1) }),
    fc.constant({ end: true as const }),
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 12 }),
      fc.constantFrom("6.1" as const, "6.12" as const),
      (steps, version) => {
        const machine = booted("", version);
        const { pool, engine, kernel } = machine;
        for (const each of steps) {
          if ("resize" in each) pool.resize(each.resize, each.node);
          else if ("overcommit" in each) pool.overcommit = each.overcommit;
          else if ("load" in each) load(machine, each.load, each.node);
          else {
            engine.submit({ do: "killall", partition: "A" });
            engine.settle();
            expect(pool.reserved).toBe(0);
          }
          expect(pool.reserved).toBeLessThanOrEqual(pool.freePages);
          expect(pool.surplusPages).toBeLessThanOrEqual(pool.pages);
          for (const [node, surplus] of pool.surplus.entries()) {
            expect(surplus).toBeGreaterThanOrEqual(0);
            expect(surplus).toBeLessThanOrEqual(pool.total[node] as number);
            expect(pool.freeOn(node)).toBeLessThanOrEqual(pool.total[node] as number);
          }
          expect(audit(kernel)).toEqual([]);
        }
      },
    ),
    { numRuns: 40, seed: 2013 },
  );
});
