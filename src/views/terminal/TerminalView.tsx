/** The terminal panel: its tabs, tools and screens. Loaded when someone opens it for the first time. */
import { machineWords } from "../../client/machine-words.ts";
import { Accessibility, ChevronDown, FileUp, PanelBottomOpen, PanelRightOpen, Plus, X } from "lucide-react";
import { type DragEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useStore } from "zustand";
import type { ForegroundSleep } from "../../protocol/messages.ts";
import { usePlayground, usePlaygroundState, useRecords } from "../../client/react.tsx";
import { Desk, type Tab, labelOf } from "./desk.ts";
import { Grip } from "./Grip.tsx";
import { readScript } from "./script-file.ts";
import { sleepNotice } from "./sleep-notice.ts";
import { terminalStrings as strings } from "./strings.ts";
import bar from "../bar.module.css";
import styles from "./terminal.module.css";

export interface TerminalViewProps {
  /** Shown where a panel has its title. */
  readonly title: ReactNode;
  readonly shown: boolean;
  /** A drawer along the bottom, so many percent of the window high; `null` in the side column. */
  readonly drawer: number | null;
  readonly screenReader: boolean;
  onPlace(place: "closed" | "side" | "drawer"): void;
  onHeight(percent: number): void;
  onScreenReader(on: boolean): void;
  /** Told how to read what the terminals show, while there are any. */
  provideTexts(read: (() => readonly { readonly label: string; readonly text: string }[]) | null): void;
  /** What was typed for a terminal before there was one; nothing is kept back after that. */
  takeEarlyKeys(): string;
  /** Told how to type into a partition's terminal, once there can be one. */
  provideTyping(type: ((partition: string, text: string) => void) | null): void;
  /** Lets simulated time run again. */
  onRun(): void;
}

export default function TerminalView(props: TerminalViewProps) {
  const { title, shown, drawer, screenReader, onPlace } = props;
  const playground = usePlayground();
  const [desk] = useState(() => new Desk(playground, screenReader, props.takeEarlyKeys));
  const { tabs, front } = useStore(desk.store);
  const ready = usePlaygroundState((state) => Object.keys(state.records.partition).length > 0);
  const tabList = useRef<HTMLDivElement>(null);
  const inFront = tabs.find(({ id }) => id === front);
  const panelId = useId();

  useEffect(() => () => desk.dispose(), [desk]);
  const { provideTexts } = props;
  useEffect(() => {
    provideTexts(() => desk.texts());
    return () => provideTexts(null);
  }, [desk, provideTexts]);
  useEffect(() => {
    if (!shown || !ready) return;
    if (desk.store.getState().tabs.length === 0) desk.open();
    else desk.focus();
  }, [desk, shown, ready]);
  const { provideTyping } = props;
  useEffect(() => {
    if (!ready) return;
    provideTyping((partition, text) => desk.type(partition, text));
    return () => provideTyping(null);
  }, [desk, ready, provideTyping]);
  useEffect(() => desk.setScreenReader(screenReader), [desk, screenReader]);
  useEffect(() => {
    desk.onLeave = () => tabList.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }, [desk]);

  return (
    <section className={styles.panel} aria-label={strings.label} data-drawer={drawer !== null || undefined}>
      {drawer !== null && <Grip percent={drawer} onPercent={props.onHeight} />}
      <div className={styles.bar}>
        {title}
        <TabList tabs={tabs} front={front} desk={desk} panelId={panelId} listRef={tabList} />
        {inFront && (
          <IconButton label={strings.close(labelOf(inFront))} onClick={() => desk.close(inFront.id)}>
            <X aria-hidden />
          </IconButton>
        )}
        <NewTerminal desk={desk} />
        <p className={styles.leave}>{strings.leave}</p>
        <div className={styles.tools}>
          <ScriptButton desk={desk} />
          <IconButton label={strings.reader} pressed={screenReader} onClick={() => props.onScreenReader(!screenReader)}>
            <Accessibility aria-hidden />
          </IconButton>
        </div>
        <IconButton
          className={styles.enlarge}
          label={drawer === null ? strings.enlarge : strings.shrink}
          onClick={() => {
            onPlace(drawer === null ? "drawer" : "side");
            desk.focus();
          }}
        >
          {drawer === null ? <PanelBottomOpen aria-hidden /> : <PanelRightOpen aria-hidden />}
        </IconButton>
        {drawer !== null && (
          <IconButton label={strings.hide} onClick={() => onPlace("closed")}>
            <ChevronDown aria-hidden />
          </IconButton>
        )}
      </div>
      <Screens desk={desk} tabs={tabs} front={front} panelId={panelId} />
      {inFront?.busy && <Still onRun={props.onRun} />}
      {inFront?.sleep && <Sleeping sleep={inFront.sleep} />}
      <Keys desk={desk} />
    </section>
  );
}

interface TabListProps {
  readonly tabs: readonly Tab[];
  readonly front: number | null;
  readonly desk: Desk;
  readonly panelId: string;
  readonly listRef: React.RefObject<HTMLDivElement | null>;
}

function TabList({ tabs, front, desk, panelId, listRef }: TabListProps) {
  if (tabs.length === 0) return null;
  return (
    <div
      ref={listRef}
      className={styles.tabs}
      role="tablist"
      aria-label={strings.tabs}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const at = tabs.findIndex(({ id }) => id === front);
        const next = tabs[(at + step + tabs.length) % tabs.length];
        if (!next) return;
        desk.choose(next.id);
        event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")[tabs.indexOf(next)]?.focus();
      }}
    >
      {tabs.map(({ id, title, name, busy }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === front}
          aria-controls={panelId}
          aria-label={busy ? strings.busyTab(labelOf({ title, name })) : labelOf({ title, name })}
          title={labelOf({ title, name })}
          tabIndex={id === front ? 0 : -1}
          data-busy={busy || undefined}
          onClick={() => desk.goTo(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** A menu where the box has several partitions, else a button. */
function NewTerminal({ desk }: { readonly desk: Desk }) {
  const partitions = useRecords("partition");
  if (partitions.length < 2)
    return (
      <IconButton label={strings.open} onClick={() => desk.open()}>
        <Plus aria-hidden />
      </IconButton>
    );
  return (
    <label className={`${bar.icon} ${styles.icon} ${styles.menu}`} title={strings.open}>
      <Plus aria-hidden />
      <select aria-label={strings.open} value="" onChange={(event) => desk.open(event.target.value)}>
        <option value="" disabled hidden>
          {strings.open}
        </option>
        {partitions.map(({ key, name }) => (
          <option key={key} value={key}>
            {strings.openOn(key, machineWords.partition(name))}
          </option>
        ))}
      </select>
    </label>
  );
}

function ScriptButton({ desk }: { readonly desk: Desk }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={strings.script} onClick={() => input.current?.click()}>
        <FileUp aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        onChange={(event) => {
          // Its list of files is emptied with it.
          void take(desk, [...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

async function take(desk: Desk, files: readonly File[]): Promise<void> {
  const screen = desk.front;
  for (const file of files) {
    const script = await readScript(file);
    if (script.ok) screen?.drop(script.name, script.text);
    else screen?.note(script.problem);
  }
  screen?.focus();
}

interface ScreensProps {
  readonly desk: Desk;
  readonly tabs: readonly Tab[];
  readonly front: number | null;
  readonly panelId: string;
}

function Screens({ desk, tabs, front, panelId }: ScreensProps) {
  const [over, setOver] = useState(false);
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const shown = tabs.find(({ id }) => id === front);
  const room = useRef<HTMLDivElement>(null);
  const count = useRef(0);
  useEffect(() => {
    // Whoever typed into a terminal that has ended is still typing here, not at the page.
    if (tabs.length < count.current && document.activeElement === document.body) {
      if (desk.front) desk.focus();
      else room.current?.querySelector("button")?.focus();
    }
    count.current = tabs.length;
  }, [desk, tabs]);
  return (
    <div
      ref={room}
      id={panelId}
      className={styles.screens}
      role="tabpanel"
      aria-label={shown ? labelOf(shown) : strings.title}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!carriesFiles(event)) return;
        event.preventDefault();
        void take(desk, [...event.dataTransfer.files]);
      }}
    >
      {tabs.map(({ id }) => (
        <Host key={id} id={id} desk={desk} hidden={id !== front} />
      ))}
      {tabs.length === 0 && (
        <p className={styles.empty}>
          {strings.none}{" "}
          <button type="button" onClick={() => desk.open()}>
            {strings.open}
          </button>
        </p>
      )}
      {over && <p className={styles.dropHere}>{strings.dropHere}</p>}
    </div>
  );
}

/** The place of a screen, which brings its own element. */
function Host({ id, desk, hidden }: { readonly id: number; readonly desk: Desk; readonly hidden: boolean }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current && !hidden) desk.show(id, host.current);
  }, [id, desk, hidden]);
  return <div ref={host} className={styles.host} hidden={hidden} />;
}

/** Why nothing happens while time stands still, and the way out. */
function Still({ onRun }: { onRun(): void }) {
  const paused = usePlaygroundState((state) => state.speed === 0);
  if (!paused) return null;
  return (
    <p className={styles.still} role="status">
      {strings.still}{" "}
      <button type="button" onClick={onRun}>
        {strings.run}
      </button>
    </p>
  );
}

/** What a sleep costs at a speed below real time, and the way out. */
function Sleeping({ sleep }: { readonly sleep: ForegroundSleep }) {
  const playground = usePlayground();
  const speed = usePlaygroundState((state) => state.speed);
  const notice = sleepNotice(sleep, speed);
  if (notice === null) return null;
  return (
    <p className={styles.still} role="status">
      {notice}{" "}
      <button type="button" onClick={() => playground.setSpeed(1)}>
        {strings.realTime}
      </button>
    </p>
  );
}

const TOUCH_KEYS = [
  ["tab", "\t"],
  ["up", "\x1b[A"],
  ["down", "\x1b[B"],
  ["interrupt", "\x03"],
] as const;

/** Keys that a keyboard on the screen does not have. */
function Keys({ desk }: { readonly desk: Desk }) {
  return (
    <fieldset className={styles.keys} aria-label={strings.keys}>
      {TOUCH_KEYS.map(([name, keys]) => (
        <button key={name} type="button" onClick={() => desk.front?.send(keys)}>
          {strings.key[name]}
        </button>
      ))}
    </fieldset>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly pressed?: boolean;
  readonly children: ReactNode;
  onClick(): void;
}

function IconButton({ label, className, pressed, children, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`${bar.icon} ${styles.icon} ${className ?? ""}`}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
