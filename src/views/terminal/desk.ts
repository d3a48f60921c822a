/**
 * The terminals of one page, whether they are seen or not: which are open, which one is in front. They live here and
 * not in React, so a panel that moves or hides takes nothing from them.
 */
import { machineWords } from "../../client/machine-words.ts";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Playground } from "../../client/playground.ts";
import type { ForegroundSleep } from "../../protocol/messages.ts";
import { typingElsewhere } from "./typing-elsewhere.ts";
import { Screen } from "./screen.ts";
import { terminalStrings as strings } from "./strings.ts";

export interface Tab {
  readonly id: number;
  readonly partition: string;
  /** `A`, or `A 2` for the second terminal of a partition. */
  readonly title: string;
  /** The partition's own. */
  readonly name: string;
  readonly busy: boolean;
  /** What sleeps in the foreground. */
  readonly sleep: ForegroundSleep | null;
}

/** Title and the partition's name, in the language of now. */
export const labelOf = ({ title, name }: Pick<Tab, "title" | "name">): string =>
  strings.tab(title, machineWords.partition(name));

export interface DeskState {
  readonly tabs: readonly Tab[];
  readonly front: number | null;
}

export class Desk {
  readonly store: StoreApi<DeskState> = createStore<DeskState>(() => ({ tabs: [], front: null }));
  /** Called when someone leaves a terminal by key. */
  onLeave: () => void = () => {};
  readonly #playground: Playground;
  readonly #screens = new Map<number, Screen>();
  /** The terminal that is typed into as soon as it is seen. */
  #wanted: number | null = null;
  #last = 0;
  #screenReader: boolean;

  readonly #takeEarlyKeys: () => string;

  constructor(playground: Playground, screenReader: boolean, takeEarlyKeys: () => string) {
    this.#takeEarlyKeys = takeEarlyKeys;
    this.#playground = playground;
    this.#screenReader = screenReader;
  }

  /** Opens a terminal on a partition, by default that of what is selected, and puts it in front. */
  open(partition = this.#partitionInView()): void {
    const { partition: partitions } = this.#playground.store.getState().records;
    const record = partition === undefined ? undefined : partitions[partition];
    if (!record) return;
    const id = ++this.#last;
    const { tabs } = this.store.getState();
    const taken = new Set(tabs.map(({ title }) => title));
    let title = record.key;
    for (let count = 2; taken.has(title); count++) title = `${record.key} ${count}`;
    const { name } = record;
    const screen = new Screen(this.#playground, record.key, labelOf({ title, name }), this.#screenReader, {
      busy: (busy) => this.#change(id, { busy }),
      sleep: (sleep) => this.#change(id, { sleep }),
      ended: () => this.close(id),
      leave: () => this.onLeave(),
    });
    this.#screens.set(id, screen);
    this.#wanted = id;
    this.store.setState({
      tabs: [...tabs, { id, partition: record.key, title, name, busy: false, sleep: null }],
      front: id,
    });
  }

  /** Types into the terminal of a partition that is in front, else into another of its own, else into a new one. */
  type(partition: string, text: string): void {
    const { tabs, front } = this.store.getState();
    const own = tabs.filter((tab) => tab.partition === partition);
    const tab = own.find(({ id }) => id === front) ?? own.at(-1);
    if (tab) this.choose(tab.id);
    else this.open(partition);
    this.front?.type(text);
  }

  close(id: number): void {
    this.#screens.get(id)?.dispose();
    this.#screens.delete(id);
    this.store.setState(({ tabs, front }) => {
      const at = tabs.findIndex((tab) => tab.id === id);
      const rest = tabs.filter((tab) => tab.id !== id);
      return { tabs: rest, front: front === id ? ((rest[at] ?? rest.at(-1))?.id ?? null) : front };
    });
  }

  choose(id: number): void {
    this.store.setState({ front: id });
  }

  /** Puts a terminal in front, to type into it. */
  goTo(id: number): void {
    if (this.store.getState().front === id) this.focus();
    else {
      this.#wanted = id;
      this.choose(id);
    }
  }

  /** A terminal's place is in the page now, and in sight. */
  show(id: number, host: HTMLElement): void {
    const screen = this.#screens.get(id);
    if (!screen) return;
    host.append(screen.element);
    screen.show();
    if (this.#wanted !== id) return;
    this.focus();
    const early = this.#takeEarlyKeys();
    if (early !== "") screen.send(early);
  }

  /**
   * Goes to the terminal in front; not where the focus would bring up a keyboard over half of what someone came to see, and not
   * from a field that somebody types into: a lesson opens a terminal, too, and its code comes late.
   */
  focus(): void {
    this.#wanted = null;
    if (typingElsewhere()) return;
    if (!matchMedia("(pointer: coarse)").matches) this.front?.focus();
  }

  get front(): Screen | undefined {
    const { front } = this.store.getState();
    return front === null ? undefined : this.#screens.get(front);
  }

  /** All that can be scrolled to, terminal by terminal. */
  texts(): readonly { readonly label: string; readonly text: string }[] {
    return this.store
      .getState()
      .tabs.map((tab) => ({ label: labelOf(tab), text: this.#screens.get(tab.id)?.text() ?? "" }));
  }

  setScreenReader(on: boolean): void {
    this.#screenReader = on;
    for (const screen of this.#screens.values()) screen.setScreenReader(on);
  }

  dispose(): void {
    for (const id of [...this.#screens.keys()]) this.close(id);
  }

  #partitionInView(): string | undefined {
    const { records, selection } = this.#playground.store.getState();
    const node = selection.node === null ? undefined : records.node[selection.node];
    return node?.partition ?? Object.keys(records.partition)[0];
  }

  #change(id: number, part: Partial<Tab>): void {
    const tab = this.store.getState().tabs.find((one) => one.id === id);
    if (!tab || Object.entries(part).every(([key, value]) => tab[key as keyof Tab] === value)) return;
    this.store.setState(({ tabs }) => ({ tabs: tabs.map((tab) => (tab.id === id ? { ...tab, ...part } : tab)) }));
  }
}
