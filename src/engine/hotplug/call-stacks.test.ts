/**
 * The order in which an operation goes through the kernel's functions is that of the kernel's source: mm/memory_hotplug.c,
 * drivers/base/memory.c, drivers/acpi/scan.c, mm/migrate.c and arch/x86/mm/init_64.c of 6.1.
 */
import { describe, expect, test } from "vitest";
import type { KernelFunction } from "../chronicle/functions.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import type { CallStack } from "../time/operations.ts";

/** What a function calls, in order. Each expression is over names that are each followed by a space. */
const SOURCE: Partial<Record<KernelFunction, RegExp>> = {
  state_store: /^(lock_device_hotplug_sysfs )?(device_(on|off)line )?$/,
  device_offline: /^memory_subsys_offline $/,
  memory_subsys_offline: /^memory_block_offline $/,
  memory_block_offline: /^offline_pages $/,
  offline_pages:
    /^zone_pcp_disable lru_cache_disable (start_isolate_page_range memory_notify )?((scan_movable_pages (do_migrate_range )?)+(dissolve_free_huge_pages )?)*(__offline_isolated_pages build_all_zonelists )?$/,
  start_isolate_page_range: /^set_migratetype_isolate $/,
  do_migrate_range: /^(isolate_lru_page )?migrate_pages $/,
  migrate_pages: /^((try_to_migrate )?(migrate_folio )?(remove_migration_ptes )?)+$/,
  device_online: /^memory_subsys_online $/,
  memory_subsys_online: /^memory_block_online $/,
  memory_block_online: /^online_pages $/,
  online_pages: /^move_pfn_range_to_zone memory_notify build_all_zonelists $/,
  acpi_hotplug_work_fn: /^acpi_device_hotplug $/,
  acpi_device_hotplug: /^(lock_device_hotplug )?acpi_generic_hotplug_event $/,
  acpi_generic_hotplug_event: /^(acpi_scan_device_check|acpi_scan_hot_remove) $/,
  acpi_scan_device_check: /^acpi_bus_scan $/,
  acpi_bus_scan: /^acpi_memory_device_add $/,
  acpi_memory_device_add: /^__add_memory $/,
  __add_memory: /^add_memory_resource $/,
  add_memory_resource: /^arch_add_memory create_memory_block_devices (device_online )?$/,
  arch_add_memory: /^init_memory_mapping __add_pages $/,
  init_memory_mapping: /^kernel_physical_mapping_init $/,
  __add_pages: /^sparse_add_section $/,
  acpi_scan_hot_remove: /^(acpi_bus_offline )?((acpi_bus_online )|(acpi_bus_trim acpi_evaluate_ej0 ))?$/,
  acpi_bus_offline: /^device_offline $/,
  acpi_bus_online: /^device_online $/,
  acpi_bus_trim: /^acpi_memory_device_remove $/,
  acpi_memory_device_remove: /^__remove_memory $/,
  __remove_memory: /^try_remove_memory $/,
  try_remove_memory: /^arch_remove_memory $/,
  arch_remove_memory: /^__remove_pages kernel_physical_mapping_remove $/,
  __remove_pages: /^sparse_remove_section $/,
};

/** Every stack of an operation, one a step, until it ends. */
function stacksOf(engine: Engine, op: number): CallStack[] {
  const found: CallStack[] = [];
  while (engine.operation(op)?.done === false) {
    engine.runUntil(Number.MAX_SAFE_INTEGER, { expired: () => true });
    const stack = engine.callStacks().find((one) => one.op === op);
    if (stack) found.push(stack);
  }
  return found;
}

/** Each time a function was gone through: its name, and what it called, in order. */
function callsIn(stacks: readonly CallStack[]): { readonly name: KernelFunction; readonly called: string }[] {
  const done: { name: KernelFunction; called: string }[] = [];
  let open: { name: KernelFunction; called: string; last: KernelFunction }[] = [];
  let attempt: number | null = null;
  for (const { stack, attempt: about } of stacks) {
    // The next block is gone through anew.
    const block = stack.findIndex((name) => name === "device_offline" || name === "device_online");
    const shared = about === attempt || block < 0 ? stack.length - 1 : block;
    let depth = 0;
    while (depth < Math.min(open.length, shared) && open[depth]?.name === stack[depth]) depth++;
    attempt = about;
    for (const { name, called } of open.slice(depth)) done.push({ name, called });
    open = open.slice(0, depth);
    for (const [i, caller] of open.entries()) {
      const next = stack[i + 1] as KernelFunction;
      if (caller.last === next) continue;
      caller.called += `${next} `;
      caller.last = next;
    }
    for (let i = depth; i < stack.length - 1; i++) {
      const next = stack[i + 1] as KernelFunction;
      open.push({ name: stack[i] as KernelFunction, called: `${next} `, last: next });
    }
  }
  return [...done, ...open];
}

function check(stacks: readonly CallStack[]): ReadonlySet<KernelFunction> {
  expect(stacks.length).toBeGreaterThan(2);
  for (const [i, { stack, from, until }] of stacks.entries()) {
    expect(stack.length).toBeGreaterThan(0);
    expect(until).toBeGreaterThanOrEqual(from);
    if (i > 0) expect(from).toBe(stacks[i - 1]?.until);
  }
  for (const { name, called } of callsIn(stacks)) {
    expect(SOURCE[name], `${name} calls ${called}`).toBeDefined();
    expect(called, name).toMatch(SOURCE[name] as RegExp);
  }
  return new Set(stacks.flatMap(({ stack }) => stack));
}

const begun = ({ op }: { readonly op: number | null }): number => {
  if (op === null) throw new Error("nothing began");
  return op;
};

describe("an operation goes through the kernel's functions in the order of its source", () => {
  const box = () => new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  const fill = (engine: Engine) => {
    engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 300, node: 1 } });
    engine.settle();
  };

  test("a write to state", () => {
    const engine = box();
    fill(engine);
    const block = [...engine.kernel("A").blocks.values()].find(({ dimm }) => dimm === "d2");
    const path = `/sys/devices/system/memory/memory${block?.number}/state`;
    const write = (text: string) => begun(engine.submit({ do: "write", partition: "A", path, text }));
    const away = check(stacksOf(engine, write("offline")));
    for (const name of ["isolate_lru_page", "try_to_migrate", "migrate_folio", "remove_migration_ptes"] as const)
      expect(away).toContain(name);
    expect(away).toContain("__offline_isolated_pages");
    expect(check(stacksOf(engine, write("online_movable")))).toContain("move_pfn_range_to_zone");
  });

  test("a DIMM that comes, is filled, and leaves", () => {
    const engine = box();
    const to = {
      slot: [...engine.chassis.slots.keys()].find((key) => key.startsWith("A/1/") && !key.endsWith("/0")) as string,
    };
    const coming = check(stacksOf(engine, begun(engine.submit({ do: "move", dimm: "d3", to }))));
    for (const name of ["init_memory_mapping", "sparse_add_section", "device_online"] as const)
      expect(coming).toContain(name);
    fill(engine);
    const leaving = check(stacksOf(engine, begun(engine.submit({ do: "move", dimm: "d3", to: { shelf: true } }))));
    for (const name of ["state_store", "migrate_folio", "kernel_physical_mapping_remove", "acpi_evaluate_ej0"] as const)
      expect(leaving).toContain(name);
  });

  test("firmware that asks, and a block that stays", () => {
    const engine = box();
    engine.submit({ do: "load", partition: "A", load: { kind: "pipes", count: 200, node: 1 } });
    engine.settle();
    const asked = check(stacksOf(engine, begun(engine.submit({ do: "press", dimm: "d2" }))));
    expect(asked).toContain("acpi_bus_offline");
  });
});
