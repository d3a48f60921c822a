import { expect, test } from "vitest";
import { profileOf } from "../profiles/index.ts";
import { idleWordLines } from "./boot-words.ts";
import { parseCmdline } from "./cmdline.ts";

const lines = (text: string, kernel: "6.1" | "6.12" | "5.15" | "3.9" = "6.1") =>
  idleWordLines(parseCmdline(text, kernel), profileOf(kernel).version);

// What both recorded kernels wrote into their log (without the console's own words).
test.each(["6.1", "6.12"] as const)("%s names the words that it does not know, those with a value last", (kernel) => {
  expect(lines('foo bar=1 baz="a b" foo.bar=2 hugetlb_cma=64M movable_node cma=64M -- tail=1 more', kernel)).toEqual([
    'Unknown kernel command line parameters "foo bar=1 baz=a b hugetlb_cma=64M cma=64M", will be passed to user space.',
    "playground: not simulated: foo.bar=2",
  ]);
  expect(
    lines("nosuch-Opt=3 Foo_bar transparent_hugepage=bogus init=/init single ro 3 foo foo HOME=/tmp", kernel),
  ).toEqual([
    'Unknown kernel command line parameters "single 3 foo foo nosuch-Opt=3 transparent_hugepage=bogus", will be passed to user space.',
    "playground: not simulated: init=/init ro",
  ]);
  expect(lines("movable_node memhp_default_state=online hugepages=4", kernel)).toEqual([]);
});

test("what Linux knows and the machine does not act on is said once", () => {
  expect(lines("crashkernel=64M memmap=64M$1G movable_node numa=fake=4 kernelcore=mirror")).toEqual([
    "playground: not simulated: crashkernel=64M memmap=64M$1G numa=fake=4",
  ]);
});

test("older kernels say it in other words, or not at all", () => {
  expect(lines("foo bar=1", "5.15")).toEqual(["Unknown command line parameters: foo bar=1"]);
  expect(lines("foo bar=1", "3.9")).toEqual([]);
});
