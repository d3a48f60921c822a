import { expect, test } from "vitest";
import { calledIn, fileOf, KERNEL_FUNCTIONS } from "./functions.ts";

test("a function is named as its kernel names it, and stands in one file", () => {
  expect(calledIn("6.1", "isolate_lru_page")).toBe("isolate_lru_page");
  expect(calledIn("6.12", "isolate_lru_page")).toBe("folio_isolate_lru");
  expect(calledIn("what-if", "isolate_lru_page")).toBe("folio_isolate_lru");
  expect(calledIn("4.14", "try_to_migrate")).toBe("try_to_unmap");
  expect(calledIn("5.15", "try_to_migrate")).toBe("try_to_migrate");
  expect(calledIn("5.15", "migrate_folio")).toBe("migrate_page");
  expect(calledIn("2013-proposal", "migrate_folio")).toBe("migrate_page");
  expect(calledIn("5.10", "memory_block_offline")).toBe("memory_block_action");
  expect(new Set(KERNEL_FUNCTIONS).size).toBe(KERNEL_FUNCTIONS.length);
  expect(fileOf("offline_pages")).toBe("mm/memory_hotplug.c");
  expect(fileOf("move_kernel_pages")).toBeNull();
});
