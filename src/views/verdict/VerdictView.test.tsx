// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { createFakePlayground } from "../../client/sample-world.ts";
import { EJECTING, OFFLINED, REFUSED, sampleAttempts, sampleRecords } from "../../client/sample-records.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { VerdictView } from "./VerdictView.tsx";

let mounted: Mounted;
let playground: Mounted["playground"];

afterEach(() => mounted.unmount());

async function show(fake?: Mounted["playground"], asked: readonly string[] = []) {
  mounted = await mount(<VerdictView asked={asked} />, fake);
  ({ playground } = mounted);
}
const text = () => document.body.textContent ?? "";
const button = (name: string) =>
  [...document.querySelectorAll("button")].find(
    (each) => (each.getAttribute("aria-label") ?? each.textContent) === name,
  );
const click = async (name: string) => {
  const found = button(name);
  if (!found) throw new Error(`no button ${name} in ${text()}`);
  await act(async () => found.click());
};

test("before anything was tried it says what to try", async () => {
  await show(createFakePlayground({ records: { ...sampleRecords(), attempt: {} } }));
  expect(text()).toContain("Nothing was tried yet");
  expect(text()).toContain("Drag a DIMM");
});

test("a running eject shows how far it is and can be called off", async () => {
  await show();
  expect(text()).toContain("d4 is being emptied, to leave node 1");
  expect(document.querySelector("progress")?.value).toBeGreaterThan(0);
  await click("Cancel");
  expect(playground.sent).toEqual([{ do: "signal", op: Number(EJECTING) }]);
  // The signal is on its way until the kernel looks: said at once, and sent once.
  expect(text()).toContain("Cancelling: the kernel looks for signals between passes.");
  await click("Cancelling…");
  expect(playground.sent).toHaveLength(1);
  const dimm = playground.store.getState().records.dimm.d4!;
  await act(async () => {
    playground.setRecord("dimm", "d4", { ...dimm, phase: "in-use" });
    playground.setRecord("attempt", EJECTING, {
      ...sampleAttempts.ejecting,
      key: EJECTING,
      result: "failed",
      errno: "EINTR",
    });
  });
  expect(text()).not.toContain("Cancelling");
  await click("Retry");
  expect(playground.sent).toHaveLength(2);
});

test("a button says at once that it was pressed, and takes no second press until it is answered", async () => {
  await show();
  await click("Older attempt");
  let answer: (value: typeof playground.answer) => void = () => {};
  playground.send = async (command) => {
    playground.sent.push(command);
    return new Promise((resolve) => (answer = resolve));
  };
  await click("Retry");
  await click("Trying again…");
  expect(playground.sent).toHaveLength(1);
  await act(async () =>
    answer({ to: "command", errno: "EBUSY", rejection: { why: "on-its-way", dimm: "d4" }, op: null }),
  );
  expect(text()).toContain("Not accepted: d4 is on its way already.");
  await click("Retry");
  expect(playground.sent).toHaveLength(2);
});

test("what would work first is a button with all of its steps; the first that is refused ends it", async () => {
  const fake = createFakePlayground();
  fake.foresight = { ...fake.foresight, possible: false, outlook: "refused" };
  fake.remedy = {
    remedy: { steps: [{ do: "drop-caches" }, { do: "kill", pid: 701, comm: "find" }], certain: false },
    movable: [],
    movableNode: true,
  };
  await show(fake);
  await click("Older attempt");
  expect(button("Retry")).toBeUndefined();
  expect(text()).toContain("In a shell: echo 3 > /proc/sys/vm/drop_caches; kill 701");
  expect(text()).toContain("Booted with movable_node, memory37 is ZONE_MOVABLE.");
  // What it recommends is filled in where the partition is rebooted.
  await click("Reboot …");
  await vi.waitFor(() => expect(text()).toContain("Reboot with movable_node"), { timeout: 10_000 });
  const cmdline = [...document.querySelectorAll("input")].find(({ maxLength }) => maxLength > 2000);
  expect(cmdline?.value.split(" ")).toContain("movable_node");
  await click("Drop caches, then end find (pid 701)");
  expect(fake.sent).toMatchObject([{ path: "/proc/sys/vm/drop_caches" }, { do: "kill", pid: 701 }]);
  fake.answer = { to: "command", errno: "EACCES", rejection: { why: "file-says", path: "drop_caches" }, op: null };
  await click("Drop caches, then end find (pid 701)");
  expect(fake.sent).toHaveLength(3);
  expect(text()).toContain("Not accepted: drop_caches: EACCES");
});

test("what runs and is held up by a page says who holds it, and lets it through", async () => {
  const fake = createFakePlayground();
  fake.remedy = { ...fake.remedy, remedy: { steps: [{ do: "kill", pid: 701, comm: "find" }], certain: false } };
  await show(fake);
  expect(button("End find (pid 701)")).toBeUndefined();
  const { culprit } = fake.store.getState().records.attempt[REFUSED] ?? {};
  await act(async () =>
    fake.setRecord("attempt", EJECTING, { ...sampleAttempts.ejecting, key: EJECTING, culprit: culprit ?? null }),
  );
  expect(button("Cancel")).toBeDefined();
  expect(text()).not.toContain("Nothing has changed");
  await click("End find (pid 701)");
  expect(fake.sent.at(-1)).toMatchObject({ do: "kill", pid: 701 });
});

test("a refusal names page, owner and rule, and leads to the page", async () => {
  await show();
  await click("Older attempt");
  expect(text()).toContain("memory37 stayed online: EBUSY");
  expect(text()).toContain("0x128000");
  expect(text()).toContain("slab dentry");
  // What passed before stands folded, so that what failed is in sight; "when", which takes more room, comes after what helps.
  expect(document.querySelector("details summary")?.textContent).toBe("Passed before: One zone, No holes");
  expect(document.querySelectorAll('details li[data-verdict="pass"]')).toHaveLength(2);
  expect(document.querySelectorAll('details li[data-verdict="fail"]')).toHaveLength(0);
  expect(document.querySelector('li[data-verdict="fail"]')?.textContent).toContain("0 of 64 could be isolated");
  await click("Show the page");
  expect(playground.store.getState().selection).toMatchObject({ block: "A:37", pfn: 0x128000, attempt: REFUSED });
  await click("Retry");
  expect(playground.sent.at(-1)).toMatchObject({ do: "write", text: "offline" });
});

test("what would be refused again is not offered, and that is said; another DIMM of its size is, where it would leave", async () => {
  const fake = createFakePlayground();
  const { d4 } = fake.store.getState().records.dimm;
  if (!d4) throw new Error("no d4");
  for (const other of Object.values(fake.store.getState().records.dimm))
    if (other.key !== "d4") fake.setRecord("dimm", other.key, { ...other, bytes: d4.bytes });
  fake.setRecord("dimm", "d4", { ...d4, phase: "in-use" });
  fake.setRecord("attempt", EJECTING, { ...sampleAttempts.ejecting, key: EJECTING, result: "failed", errno: "EBUSY" });
  fake.foresight = { ...fake.foresight, possible: false, outlook: "refused" };
  await show(fake);
  expect(button("Retry")).toBeUndefined();
  expect(text()).toContain("Nothing has changed: it would end the same way.");
  await mounted.unmount();

  const leaving = fake.foresight;
  fake.foresee = async (dimm) => ({ ...leaving, outlook: dimm === "d4" ? "refused" : "leaves" });
  await show(fake);
  const instead = [...document.querySelectorAll("button")].find((each) =>
    /^Take d\d instead$/.test(each.textContent ?? ""),
  );
  await act(async () => instead?.click());
  expect(fake.sent.at(-1)).toMatchObject({ do: "move", dimm: /d\d/.exec(instead?.textContent ?? "")?.[0] });
});

test("a block of an eject leads to its own verdict, and back", async () => {
  await show();
  await click("memory48: being emptied");
  expect(text()).toContain("memory48 is going offline");
  await click("Part of taking out d4");
  expect(text()).toContain("d4 is being emptied");
});

test("a new attempt takes over from one that was looked up", async () => {
  await show();
  await click("Older attempt");
  expect(playground.store.getState().selection.attempt).toBe(REFUSED);
  act(() =>
    playground.setRecord("attempt", "99", {
      ...sampleRecords().attempt[OFFLINED]!,
      key: "99",
      id: 99,
      target: "memory40",
    }),
  );
  expect(text()).toContain("memory40 is offline");
});

test("a command that is refused at once says so", async () => {
  await show();
  playground.answer = { to: "command", errno: "EBUSY", rejection: { why: "on-its-way", dimm: "d4" }, op: null };
  await click("Older attempt");
  await click("Retry");
  expect(text()).toContain("Not accepted: d4 is on its way already.");
});

test("each block of an attempt is told once: what stayed, what came back, what left", async () => {
  const steps = [
    { target: "memory36", state: "rolled-back", attempt: 9, tries: 1 },
    { target: "memory39", state: "stayed", attempt: 7, tries: 2 },
  ] as const;
  const fake = createFakePlayground();
  fake.setRecord("attempt", EJECTING, {
    ...sampleAttempts.ejecting,
    key: EJECTING,
    result: "failed",
    errno: "EBUSY",
    checks: sampleAttempts.refused.checks,
    steps,
  });
  fake.select({ attempt: EJECTING });
  await show(fake);
  const labels = [...document.querySelectorAll('[aria-label="Its memory blocks"] button')];
  expect(labels.map((button) => button.getAttribute("aria-label"))).toEqual([
    "memory36: went offline and came back online",
    "memory39: stayed online, tried 2 times",
  ]);
  expect(text()).toContain("1 went offline and came back online; 1 stayed online.");
  // The check that failed comes first.
  const blocks = document.querySelector('[aria-label="Its memory blocks"]');
  const check = document.querySelector('li[data-verdict="fail"]');
  expect(blocks?.compareDocumentPosition(check ?? blocks)).toBe(Node.DOCUMENT_POSITION_PRECEDING);
});

test("a kernel that has stopped is told of, with what led there and the way back", async () => {
  const records = sampleRecords();
  const [key = "", partition] = Object.entries(records.partition)[0] ?? [];
  const starved = {
    ...sampleAttempts.refused,
    key: "900",
    kind: "add" as const,
    target: "d9",
    partition: key,
    errno: "ENOMEM" as const,
    checks: [
      {
        rule: "vmemmap",
        verdict: "fail",
        where: "sparse_add_section",
        data: { section: 40, pages: 512, kept: 30_720 },
      },
    ] as const,
  };
  const stopped = { at: 3e9, words: "System is deadlocked on memory" };
  await show(
    createFakePlayground({
      records: {
        ...records,
        partition: { ...records.partition, [key]: { ...partition!, stopped } },
        attempt: { ...records.attempt, 900: starved },
      },
    }),
  );
  await vi.waitFor(() => expect(text()).toContain("has stopped: System is deadlocked on memory"));
  expect(text()).toContain("adding d9 failed");
  expect(text()).toContain("the 120 MiB that it had taken");
  expect(text()).toContain("A smaller DIMM than d9 fits");
});

test("a kernel that stopped because vm.panic_on_oom says so: that is told, and what undoes it, not who ate the memory", async () => {
  const records = sampleRecords();
  const [key = "", partition] = Object.entries(records.partition)[0] ?? [];
  const stopped = { at: 3e9, words: "Out of memory: compulsory panic_on_oom is enabled" };
  await show(
    createFakePlayground({
      records: { ...records, partition: { ...records.partition, [key]: { ...partition!, stopped } } },
    }),
  );
  await vi.waitFor(() => expect(text()).toContain("has stopped: Out of memory: compulsory panic_on_oom is enabled"));
  expect(text()).toContain("write 0 to /proc/sys/vm/panic_on_oom");
  expect(text()).not.toContain("What ate the memory");
});

test("a process that was killed for want of memory is told of, also before anything was tried: whose, why, and what helps", async () => {
  const [kernel = ""] = Object.keys(sampleRecords().partition);
  const lines = [
    "mem invoked oom-killer: gfp_mask=0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT), order=0, oom_score_adj=0",
    "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0-1,global_oom,task_memcg=/,task=postgres,pid=700,uid=0",
    "Out of memory: Killed process 700 (postgres) total-vm:99996kB, anon-rss:98304kB, file-rss:0kB, shmem-rss:2048kB, UID:0 pgtables:240kB oom_score_adj:0",
  ].map((line, seq) => ({ seq, at: 9e9, partition: kernel, level: "warn" as const, line, transaction: 1 }));
  await show(createFakePlayground({ records: { ...sampleRecords(), attempt: {} }, log: lines }));
  await vi.waitFor(() => expect(text()).toContain("Memory ran out: Linux killed postgres (pid 700)"));
  expect(text()).toContain("here 98 MiB");
  expect(text()).toContain("never comes from ZONE_MOVABLE");
  expect(text()).toContain("online_kernel in place of online_movable");
});

test("a kill beside the first question is told alone; where an add failed and kept what it took, that is the cause", async () => {
  const records = sampleRecords();
  const [kernel = ""] = Object.keys(records.partition);
  const [[key, failed] = []] = Object.entries(records.attempt);
  const line =
    "Out of memory: Killed process 700 (sh) total-vm:9996kB, anon-rss:2048kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:40kB oom_score_adj:0";
  const log = [{ seq: 0, at: 9e12, partition: kernel, level: "warn" as const, line, transaction: 1 }];
  await show(createFakePlayground({ records: { ...records, attempt: {} }, log }), ["d1", "d3"]);
  await vi.waitFor(() => expect(text()).toContain("Linux killed sh (pid 700)"));
  expect(text()).not.toContain("Which one is it?");
  await mounted.unmount();
  const checks = [{ rule: "vmemmap" as const, verdict: "fail" as const, data: { kept: 32_256 } }];
  const add = { ...failed!, kind: "add" as const, target: "d12", partition: kernel, checks: checks as never };
  await show(createFakePlayground({ records: { ...records, attempt: { [key!]: add } }, log }));
  await vi.waitFor(() => expect(text()).toContain("adding d12 failed for want of room"));
  expect(text()).toContain("126 MiB");
  expect(text()).toContain("reboot the partition: only that frees it");
});

test("a DIMM that no driver took is not said to be added; the boot option is named, and what mends it", async () => {
  const engine = new Engine({ seed: 7, box: smallBox("acpi_no_memhotplug") });
  const blocks = engine.kernel("A").blocks.size;
  engine.submit({ do: "move", dimm: "d3", to: { slot: "A/2/0" } });
  engine.settle();
  expect(engine.kernel("A").blocks.size).toBe(blocks);
  const attempt = [...engine.attempts.values()].at(-1)?.value();
  if (!attempt) throw new Error("no attempt");
  const records = sampleRecords();
  const [id, partition] = Object.entries(records.partition)[0] ?? [];
  if (!id || !partition) throw new Error("no partition");
  const key = String(attempt.id);
  await show(
    createFakePlayground({
      records: {
        ...records,
        partition: { ...records.partition, [id]: { ...partition, cmdline: "acpi_no_memhotplug quiet" } },
        attempt: { [key]: { ...attempt, key, partition: id } },
      },
    }),
  );
  await vi.waitFor(() => expect(text()).toContain("No driver took d3"));
  expect(text()).toContain("d3 is in its slot: no driver took it");
  expect(text()).toContain("Boot options: acpi_no_memhotplug quiet");
  expect(text()).not.toContain("was added");
  // Green is for what came into use.
  expect(document.querySelector("section")?.dataset.result).toBe("nothing");
});
