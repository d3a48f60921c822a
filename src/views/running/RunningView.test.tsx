// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Running, running } from "../../engine/inspect/index.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { LOAD_KINDS } from "../../engine/workload/load-description.ts";
import { count } from "../reading.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { commandOf, isSize, lineOf, MOST_PIPES } from "./loads.ts";
import { RunningView } from "./RunningView.tsx";
import { runningStrings } from "./strings.ts";

let engine: Engine;
let mounted: Mounted;
let page: HTMLElement;

beforeEach(async () => {
  engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 16, node: 1, policy: "bind", comm: "far" } });
  engine.submit({ do: "load", partition: "A", load: { kind: "pipes", count: 100, comm: "near" } });
  engine.settle();
  mounted = await mount(<RunningView />);
  ({ page } = mounted);
  vi.spyOn(mounted.playground, "look");
  await show(running(engine.kernel("A")));
});
afterEach(() => mounted.unmount());

const show = (processes: readonly Running[]) =>
  act(async () =>
    mounted.playground.store.setState({ looked: { at: 6.3e9, look: { of: "running", partition: "A", processes } } }),
  );
const press = (name: string) =>
  act(async () =>
    [...page.querySelectorAll("button")]
      .find((button) => (button.getAttribute("aria-label") ?? button.textContent) === name)
      ?.click(),
  );
const field = (label: string): HTMLSelectElement & HTMLInputElement => {
  const id = [...page.querySelectorAll("label")].find(({ textContent }) => textContent === label)?.htmlFor;
  return page.querySelector(`[id="${id}"]`) as HTMLSelectElement & HTMLInputElement;
};
async function set(label: string, value: string): Promise<void> {
  const element = field(label);
  const prototype = element.tagName === "SELECT" ? HTMLSelectElement.prototype : HTMLInputElement.prototype;
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(element, value);
    element.dispatchEvent(new Event(element.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  });
}
const rows = () => [...page.querySelectorAll("li")].filter(({ textContent }) => textContent?.includes("kill"));

test("a row tells where memory is and what it costs; the twin the same in pages", async () => {
  expect(page.querySelector("[data-at]")?.getAttribute("data-at")).toBe("6300000000");
  const [far, near] = running(engine.kernel("A")).slice(-2);
  expect(rows().map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining(`far ${far?.pid}`),
    expect.stringContaining(`near ${near?.pid}`),
  ]);
  expect(rows()[0]?.textContent).toContain(`remote · mean ${far?.mean?.toFixed(1)}`);
  expect(rows()[1]?.textContent).toContain("all local");
  await press("Table");
  const [row] = [...page.querySelectorAll("tbody tr")].filter(({ textContent }) => textContent?.startsWith("far"));
  const texts = [...(row?.children ?? [])].map(({ textContent }) => textContent);
  expect(texts.slice(3, 9)).toEqual([
    "bind 1",
    far?.byNode.map(([node, pages]) => `node ${node}: ${count(pages)}`).join(", "),
    count(far?.pages ?? 0),
    "> 99 %",
    far?.mean?.toFixed(1),
    count(far?.kernelPages ?? 0),
  ]);
});

test("ending one and moving one to other CPUs are commands", async () => {
  const [far] = running(engine.kernel("A")).slice(-2);
  const place = page.querySelector<HTMLSelectElement>(`[aria-label="Where far ${far?.pid} runs"]`) as HTMLSelectElement;
  await act(async () => {
    place.value = "A/1";
    place.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await press(`End far ${far?.pid}`);
  const cpus = expect.arrayContaining([expect.any(Number)]);
  expect(mounted.playground.sent).toEqual([
    { do: "affinity", partition: "A", pid: far?.pid, cpus },
    { do: "kill", partition: "A", pid: far?.pid },
  ]);
});

test("every kind of load has words and can be started, with the line that does the same beside it", async () => {
  const kind = field("What it takes");
  expect([...kind.options].map(({ value }) => value)).toEqual([...LOAD_KINDS]);
  expect([...kind.options].map(({ text }) => text)).toEqual(LOAD_KINDS.map((one) => runningStrings.loads[one].name));
  await set("Node", "1");
  await set("Policy", "preferred");
  for (const one of LOAD_KINDS) {
    await set("What it takes", one);
    const size = one === "pipes" ? "count" : "mib";
    expect(page.querySelector("form code")?.textContent).toBe(`mem ${one} 64 1 pref`);
    await press("Start");
    const load = { kind: one, [size]: 64, comm: "mem", node: 1, policy: "preferred" };
    expect(mounted.playground.sent.at(-1)).toEqual({ do: "load", partition: "A", load });
    // The engine takes it as it is.
    expect(engine.submit(mounted.playground.sent.at(-1) as never).errno, one).toBeNull();
  }
});

test("what can't be is not sent, and what is refused is said", async () => {
  await set("Size, MiB", "0");
  expect([...page.querySelectorAll("button")].find(({ textContent }) => textContent === "Start")?.disabled).toBe(true);
  expect(field("Size, MiB").getAttribute("aria-invalid")).toBe("true");
  await set("Size, MiB", "600");
  await set("Runs on", "4-7");
  expect(page.querySelector("form code")?.textContent).toBe("taskset -c 4-7 mem anon 600");
  await press("Start");
  const load = { kind: "anon", mib: 600, comm: "mem", cpus: [4, 5, 6, 7] };
  expect(mounted.playground.sent.at(-1)).toEqual({ do: "load", partition: "A", load });
  await set("Runs on", "");
  await set("What it takes", "pipes");
  expect(field("Pipes").value).toBe(String(MOST_PIPES));
  mounted.playground.answer = {
    to: "command",
    errno: "EINVAL",
    rejection: { why: "node-without-memory", node: 2 },
    op: null,
  };
  await press("Start");
  expect(page.querySelector("form [role=status]")?.textContent).toBe("Refused: EINVAL. Node 2 has no memory.");
  expect(isSize({ kind: "anon", size: 1.5, node: -1, policy: "default", cpus: "" })).toBe(false);
});

test("without a node there is no policy", () => {
  const choice = { kind: "anon", size: 8, node: -1, policy: "bind", cpus: "" } as const;
  expect(lineOf(choice)).toBe("mem anon 8");
  expect(commandOf("A", choice)).toEqual({ do: "load", partition: "A", load: { kind: "anon", mib: 8, comm: "mem" } });
});

test("with nothing running, one sentence says so, and the form is there", async () => {
  await show([]);
  expect(page.textContent).toContain("Nothing that takes memory runs here. Start something.");
  expect(page.querySelector("form")).not.toBeNull();
});

test("T shows the twin of the view that has the focus, and the picture again; not while somebody types", async () => {
  const key = (on: Element | null | undefined) =>
    act(async () => on?.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true, cancelable: true })));
  const switchOf = () => page.querySelector("[aria-keyshortcuts=T]");
  await key(page.querySelector("[data-at] h2"));
  expect(switchOf()?.getAttribute("aria-pressed")).toBe("true");
  await key(page.querySelector("input"));
  expect(switchOf()?.getAttribute("aria-pressed")).toBe("true");
  await key(switchOf());
  expect(switchOf()?.getAttribute("aria-pressed")).toBe("false");
});

test("a process whose group has no zone for the kernel says so, with the line that mends it", async () => {
  const [one] = running(engine.kernel("A")).slice(-1);
  if (!one) throw new Error("nothing runs");
  await show([{ ...one, group: { path: "/x", nodes: [2], lacks: 0 } }]);
  expect(page.textContent).toContain("group /x · nodes 2");
  expect(page.textContent).toContain("echo 0,2 > /sys/fs/cgroup/x/cpuset.mems");
  await show([{ ...one, group: { path: "/x", nodes: [0, 2], lacks: null } }]);
  expect(page.textContent).toContain("group /x · nodes 0, 2");
  expect(page.textContent).not.toContain("cpuset.mems");
});

test("a partition is rebooted, with another command line where one was typed", async () => {
  const sent = vi
    .spyOn(mounted.playground, "send")
    .mockResolvedValue({ errno: null, rejection: null, op: null } as Awaited<
      ReturnType<typeof mounted.playground.send>
    >);
  const words = runningStrings.restart;
  const { cmdline } = engine.kernel("A");
  expect(page.textContent).toContain(`${words.same} reboot`);
  await press(words.go);
  expect(sent).toHaveBeenLastCalledWith({ do: "reboot", partition: "A" });
  await set(words.cmdline, ` ${cmdline} movable_node `);
  expect(page.textContent).toContain(words.edited);
  await press(words.go);
  expect(sent).toHaveBeenLastCalledWith({ do: "reboot", partition: "A", cmdline: `${cmdline} movable_node` });
  expect(page.textContent).toContain(words.done);
  sent.mockRestore();
});
