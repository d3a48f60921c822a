/** Write a talk: its scenes, the chosen one as a form or its source, what is wrong with it at the field, and the scene on the stage. */
import { JsonFileField } from "../../client/JsonFileField.tsx";
import { problemWords } from "../../client/problem-words.ts";
import {
  ArrowDown,
  ArrowUp,
  Copy,
  Download,
  FilePlus,
  FolderOpen,
  Plus,
  Presentation,
  Trash2,
  Undo2,
} from "lucide-react";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useWordChanges } from "../../client/language/react.ts";
import { remember, remembered } from "../../client/remembered.ts";
import { saveFile } from "../../client/save-file.ts";
import controls from "../../lessons/controls.module.css";
import { parse, write } from "../../lessons/write/draft.ts";
import fieldStyles from "../../lessons/write/fields.module.css";
import { Field, Source } from "../../lessons/write/fields.tsx";
import { type Found, type Tried, useFindings } from "../../lessons/write/use-findings.ts";
import { LONGEST_TALK, type Talk } from "../format.ts";
import type { TalkPlayer } from "../player.ts";
import { clock } from "../stage/strings.ts";
import {
  changed,
  copiedScene,
  EMPTY_TALK,
  movedScene,
  placeOfFault,
  scenesOf,
  secondsOf,
  withScene,
  wordIn,
} from "./draft.ts";
import { SceneForm } from "./SceneForm.tsx";
import { Shown } from "./Shown.tsx";
import { readTalk } from "../validate.ts";
import { writeStrings as strings } from "./strings.ts";
import styles from "./write.module.css";

const KEY = "hotplug-talk-draft";
/** Real ms without a change until a state is read, and shown. */
const SETTLED = 250;
const TALK: Tried<Talk> = {
  name: "talk",
  quiet: 1250,
  read: readTalk,
  job: (text) => ({ type: "rehearse", text }),
};
/** States that can be gone back to. */
const MOST_UNDONE = 200;

interface WriteTalkProps {
  /** Where the talk can be followed. */
  readonly address: string;
  /** The built-in one, to begin with. */
  readonly example: Talk;
  /** Plays another state of the talk on the page's machine. */
  play(talk: Talk): TalkPlayer;
  /** Opens a talk, a file's text, for the audience that is there. */
  give(text: string): void;
}

export function WriteTalk({ address, example, play, give }: WriteTalkProps) {
  useWordChanges();
  const [{ text, before }, setDraft] = useState(() => ({
    text: remembered(KEY) ?? write(EMPTY_TALK),
    before: [] as readonly string[],
  }));
  const [chosen, setChosen] = useState(0);
  const [part, setPart] = useState<"form" | "source">("form");
  const [problem, setProblem] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const head = useId();
  const raw = useMemo(() => parse(text), [text]);
  const found = useFindings(useSettled(text), TALK);
  useEffect(() => remember(KEY, text), [text]);
  const setText = (next: string) =>
    setDraft((draft) =>
      next === draft.text ? draft : { text: next, before: [...draft.before, draft.text].slice(-MOST_UNDONE) },
    );
  const set = (next: Record<string, unknown>) => setText(write(next));
  const undo = () =>
    setDraft((draft) => ({ text: draft.before.at(-1) ?? draft.text, before: draft.before.slice(0, -1) }));
  const scenes = raw ? scenesOf(raw) : [];
  const at = Math.min(chosen, Math.max(0, scenes.length - 1));
  const scene = scenes[at];
  const open = async (from: File) => {
    if (from.size > LONGEST_TALK) setProblem(strings.tooLarge(from.name));
    else {
      setText(await from.text());
      setProblem("");
      setChosen(0);
    }
  };
  return (
    <main
      className={`${controls.controls} ${styles.write}`}
      aria-labelledby={head}
      onKeyDown={(event) => {
        const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
        if (typing || event.key !== "z" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        undo();
      }}
    >
      <header className={styles.head}>
        <h1 id={head}>{strings.label}</h1>
        <div className={styles.row}>
          <Button icon={<Undo2 aria-hidden />} off={before.length === 0} onClick={undo}>
            {strings.undo}
          </Button>
          <Button icon={<FilePlus aria-hidden />} onClick={() => setText(write(EMPTY_TALK))}>
            {strings.fresh}
          </Button>
          <Button icon={<Copy aria-hidden />} onClick={() => setText(`${JSON.stringify(example, null, 2)}\n`)}>
            {strings.from2013}
          </Button>
          <Button icon={<FolderOpen aria-hidden />} onClick={() => file.current?.click()}>
            {strings.open}
          </Button>
          <Button
            icon={<Download aria-hidden />}
            onClick={() => saveFile(`${(raw && wordIn(raw, "name")) || "talk"}.json`, text, "application/json")}
          >
            {strings.save}
          </Button>
          <button type="button" className={controls.primary} disabled={!found.value} onClick={() => give(text)}>
            <Presentation aria-hidden /> {strings.give}
          </button>
          <JsonFileField ref={file} label={strings.open} onFile={(chosen) => void open(chosen)} />
        </div>
      </header>
      <nav className={styles.scenes} aria-label={strings.scenes}>
        <ol>
          {scenes.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what is written may have any name twice
            <li key={i}>
              <button
                type="button"
                className={controls.quiet}
                aria-current={i === at ? "true" : undefined}
                data-wrong={found.list.some((fault) => placeOfFault(fault).scene === i) || undefined}
                onClick={() => setChosen(i)}
              >
                {strings.scene(i + 1, wordIn(one, "title"))}
              </button>
            </li>
          ))}
        </ol>
        {raw && (
          <>
            <div className={styles.row}>
              <Tool
                label={strings.add}
                icon={<Plus aria-hidden />}
                onClick={() => {
                  set(withScene(raw, at));
                  setChosen(at + 1);
                }}
              />
              <Tool label={strings.copy} icon={<Copy aria-hidden />} onClick={() => set(copiedScene(raw, at))} />
              <Tool
                label={strings.up}
                icon={<ArrowUp aria-hidden />}
                off={at === 0}
                onClick={() => {
                  set(movedScene(raw, at, -1));
                  setChosen(at - 1);
                }}
              />
              <Tool
                label={strings.down}
                icon={<ArrowDown aria-hidden />}
                off={at >= scenes.length - 1}
                onClick={() => {
                  set(movedScene(raw, at, 1));
                  setChosen(at + 1);
                }}
              />
              <Tool
                label={strings.remove}
                icon={<Trash2 aria-hidden />}
                off={scenes.length < 2}
                onClick={() => set({ ...raw, scenes: scenes.toSpliced(at, 1) })}
              />
            </div>
            <p>{strings.planned(clock(secondsOf(raw)))}</p>
            <Field
              label={strings.talkTitle}
              value={wordIn(raw, "title")}
              onChange={(word) => set(changed(raw, "title", word))}
            />
            <Field
              label={strings.name}
              value={wordIn(raw, "name")}
              onChange={(word) => set(changed(raw, "name", word))}
            />
          </>
        )}
      </nav>
      <section
        className={styles.middle}
        aria-label={scene ? strings.scene(at + 1, wordIn(scene, "title")) : strings.json}
      >
        <div className={styles.row} role="toolbar" aria-label={strings.parts}>
          {(["form", "source"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={part === one} onClick={() => setPart(one)}>
              {strings[one]}
            </button>
          ))}
        </div>
        {part === "form" && raw && scene ? (
          <SceneForm
            key={at}
            scene={scene}
            found={(cue) =>
              found.list.filter((fault) => placeOfFault(fault).scene === at && placeOfFault(fault).cue === cue)
            }
            onChange={(next) => set({ ...raw, scenes: scenes.with(at, next) })}
          />
        ) : (
          <Source label={strings.json} rows={30} value={text} onChange={setText} />
        )}
      </section>
      <div className={styles.side}>
        {found.last && <Shown talk={found.last} scene={at} old={!found.value} address={address} play={play} />}
        <div role="status" className={styles.found}>
          <p>{said(found)}</p>
          {problem !== "" && <p>{problemWords.say(problem)}</p>}
          <ul>
            {found.list.map((fault) => (
              <li key={fault}>{problemWords.say(fault)}</li>
            ))}
          </ul>
        </div>
      </div>
    </main>
  );
}

/** What it was when it last stood still: a talk is not shown anew with every key. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const waiting = setTimeout(() => setSettled(text), SETTLED);
    return () => clearTimeout(waiting);
  }, [text]);
  return settled;
}

function said({ state, list }: Found<Talk>): string {
  if (list.length > 0) return strings.findings(list.length);
  return state === "trying" ? strings.checking : state === "broke" ? strings.broke : strings.holds;
}

interface ButtonProps {
  readonly icon: ReactNode;
  readonly off?: boolean;
  onClick(): void;
}

const Button = ({ icon, off = false, onClick, children }: ButtonProps & { readonly children: string }) => (
  <button type="button" disabled={off} onClick={onClick}>
    {icon} {children}
  </button>
);

const Tool = ({ label, icon, off = false, onClick }: ButtonProps & { readonly label: string }) => (
  <button type="button" className={fieldStyles.icon} aria-label={label} title={label} disabled={off} onClick={onClick}>
    {icon}
  </button>
);
