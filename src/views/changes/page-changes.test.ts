import { expect, test } from "vitest";
import { PageKind } from "../../engine/memory/kinds.ts";
import { MapFlag } from "../../protocol/messages.ts";
import { changeOf, countChanges } from "./page-changes.ts";

test("what came, went, and is something else now; flags and free pages that go offline are no change", () => {
  const { Free, None, Anon, Slab } = PageKind;
  expect(changeOf(Free, Anon)).toBe("came");
  expect(changeOf(Anon | MapFlag.Isolated, Free)).toBe("gone");
  expect(changeOf(Anon, None)).toBe("gone");
  expect(changeOf(Anon, Slab)).toBe("other");
  expect(changeOf(Anon, Anon | MapFlag.Isolated | MapFlag.Fresh)).toBe("same");
  expect(changeOf(Free, None)).toBe("same");
  expect(countChanges(Uint8Array.of(Free, Anon, Anon, Slab), Uint8Array.of(Anon, Free, Slab, Slab))).toEqual({
    came: 1,
    gone: 1,
    other: 1,
  });
});
