/** Write one: a lesson beside its machine, with what is wrong with it at the field, and a preview. */
import { Circle, Download, FilePlus, Link, Square, X } from "lucide-react";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { LONGEST_LINK, linkOf } from "../link.ts";
import { openLesson } from "../open.ts";
import { workshop } from "../predict/workshop-line.ts";
import {
  changedItem,
  EMPTY,
  fieldOf,
  freshKey,
  languagesOf,
  listOf,
  parse,
  type Raw,
  startFrom,
  wishesOf,
  withGoal,
  withItem,
  withLanguage,
  withoutItem,
  withWord,
  wordOf,
  write,
} from "./draft.ts";
import { type Recording, record } from "./record.ts";
import { spoken } from "./spoken.ts";
import { writeStrings as strings } from "./strings.ts";
import styles from "./write.module.css";

const KEY = "hotplug-draft";
/** Real ms of quiet after a change until it is tried. */
const QUIET = 700;

export interface WriteViewProps {
  /** A lesson as readers get it. */
  preview(text: string): ReactNode;
  onLeave(): void;
}

type Part = "form" | "source" | "preview";

function stored(): string {
  try {
    return localStorage.getItem(KEY) ?? write(EMPTY);
  } catch {
    return write(EMPTY);
  }
}

export function WriteView({ preview, onLeave }: WriteViewProps) {
  const [text, setText] = useState(stored);
  const [part, setPart] = useState<Part>("form");
  const [said, setSaid] = useState("");
  const head = useId();
  const raw = useMemo(() => parse(text), [text]);
  const found = useFindings(text);
  useEffect(() => {
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // It lasts as long as the page.
    }
  }, [text]);
  const share = async () => {
    const link = await linkOf(text);
    if (link.length > LONGEST_LINK) {
      setSaid(strings.tooLong);
      return;
    }
    try {
      await navigator.clipboard.writeText(new URL(link, location.href).href);
      setSaid(strings.linked);
    } catch {
      setSaid(strings.notCopied);
    }
  };
  return (
    <section className={styles.write} aria-labelledby={head}>
      <div className={styles.head}>
        <h2 id={head}>{strings.label}</h2>
        <button type="button" className={styles.icon} aria-label={strings.close} onClick={onLeave}>
          <X aria-hidden />
        </button>
      </div>
      <div className={styles.parts} role="toolbar" aria-label={strings.parts}>
        {(["form", "source", "preview"] as const).map((one) => (
          <button key={one} type="button" aria-pressed={part === one} onClick={() => setPart(one)}>
            {strings[one]}
          </button>
        ))}
      </div>
      <div className={styles.scroll}>
        {part === "form" && raw && <Form raw={raw} found={found.list} onChange={(next) => setText(write(next))} />}
        {(part === "source" || (part === "form" && !raw)) && (
          <label className={styles.field}>
            <span>{strings.json}</span>
            <textarea
              className={styles.source}
              spellCheck={false}
              rows={24}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </label>
        )}
        {part === "preview" && <Preview text={text} preview={preview} />}
      </div>
      <div className={styles.foot}>
        <div role="status" className={styles.found}>
          <p>
            {found.state === "trying"
              ? strings.checking
              : found.list.length === 0
                ? found.state === "broke"
                  ? strings.broke
                  : strings.holds
                : strings.findings(found.list.length)}
          </p>
          {found.list.length > 0 && (
            <ul>
              {found.list.map((finding) => (
                <li key={finding}>
                  <code>{finding}</code>
                </li>
              ))}
            </ul>
          )}
        </div>
        <p role="status">{said}</p>
        <div className={styles.buttons}>
          <button type="button" onClick={() => save(text, raw)}>
            <Download aria-hidden />
            {strings.save}
          </button>
          <button type="button" onClick={() => void share()}>
            <Link aria-hidden />
            {strings.link}
          </button>
          <button type="button" onClick={() => setText(write(EMPTY))}>
            <FilePlus aria-hidden />
            {strings.fresh}
          </button>
        </div>
      </div>
    </section>
  );
}

interface Found {
  readonly state: "trying" | "tried" | "broke";
  readonly list: readonly string[];
}

/** What is wrong, as far as it has been found: the file's own faults at once, the machine's word after some quiet. */
function useFindings(text: string): Found {
  const line = useMemo(() => workshop(), []);
  const [found, setFound] = useState<Found>({ state: "trying", list: [] });
  useEffect(() => () => line.close(), [line]);
  useEffect(() => {
    const opened = openLesson(text, "lesson");
    if (!opened.ok) {
      setFound({ state: "tried", list: [opened.problem.replace(/^lesson: /, "")] });
      return;
    }
    setFound({ state: "trying", list: [] });
    let end = () => {};
    const waiting = setTimeout(() => {
      end = line.begin({ type: "check", text }, (message) => {
        if (message.type === "finding") setFound(({ list }) => ({ state: "trying", list: [...list, message.finding] }));
        else setFound(({ list }) => ({ state: message.type === "checked" ? "tried" : "broke", list }));
      });
    }, QUIET);
    return () => {
      clearTimeout(waiting);
      end();
    };
  }, [text, line]);
  return found;
}

interface FormProps {
  readonly raw: Raw;
  readonly found: readonly string[];
  onChange(raw: Raw): void;
}

function Form({ raw, found, onChange }: FormProps) {
  const playground = usePlayground();
  const selection = usePlaygroundState((state) => state.selection);
  const records = usePlaygroundState((state) => state.records);
  const languages = languagesOf(raw);
  const [chosen, setChosen] = useState(languages[0] ?? "en");
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? "en");
  const [other, setOther] = useState("");
  const [wish, setWish] = useState(0);
  const [said, setSaid] = useState("");
  const [recording, setRecording] = useState<Recording | null>(null);
  const [moves, setMoves] = useState(0);
  useEffect(() => () => void recording?.stop(), [recording]);
  const wishes = wishesOf({ selection, records });
  const at = (field: string) => found.filter((finding) => fieldOf(finding) === field);
  const words = (key: string, label: string, rows = 1) => (
    <Field
      key={key}
      label={label}
      rows={rows}
      value={wordOf(raw, language, key)}
      onChange={(word) => onChange(withWord(raw, language, key, word))}
    />
  );
  const take = () => {
    const { kept } = playground;
    if (!kept) return;
    const { start, typed } = startFrom(kept.scenario, kept.resume.causes);
    onChange({ ...raw, start });
    setSaid(typed ? strings.typed : strings.taken);
  };
  const onRecord = () => {
    if (recording) {
      const done = recording.stop();
      setRecording(null);
      if (done.length > 0)
        onChange(withItem(raw, "solutions", { name: String(listOf(raw, "solutions").length + 1), commands: done }));
      return;
    }
    const opened = openLesson(
      write({ ...raw, goal: [{ id: "any", any: "partitions" }], solutions: [["true"]] }),
      "lesson",
    );
    setMoves(0);
    setRecording(record(playground, opened.ok ? opened.value.scenario : null, setMoves));
  };
  const start = raw.start as { readonly setup?: readonly unknown[] } | string | undefined;
  return (
    <>
      <Part
        title={strings.words}
        found={[
          ...at("id"),
          ...at("text"),
          ...at("minutes"),
          ...at("title"),
          ...at("idea"),
          ...at("track"),
          ...at("order"),
        ]}
      >
        <div className={styles.row}>
          <label className={styles.field}>
            <span>{strings.language}</span>
            <select value={language} onChange={({ target }) => setChosen(target.value)}>
              {languages.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
          <label className={styles.field}>
            <span>{strings.addLanguage}</span>
            <input value={other} placeholder={strings.languageHint} onChange={({ target }) => setOther(target.value)} />
          </label>
          <button
            type="button"
            disabled={!/^[a-z]{2,3}$/.test(other)}
            onClick={() => {
              onChange(withLanguage(raw, other));
              setChosen(other);
              setOther("");
            }}
          >
            {strings.add}
          </button>
        </div>
        {words("title", strings.title)}
        {words("idea", strings.idea)}
        <div className={styles.row}>
          <Field label={strings.id} value={String(raw.id ?? "")} onChange={(id) => onChange({ ...raw, id })} />
          <Field
            label={strings.minutes}
            value={String(raw.minutes ?? "")}
            onChange={(minutes) => onChange({ ...raw, minutes: Number(minutes) || 0 })}
          />
        </div>
      </Part>
      <Part title={strings.start} found={at("start")}>
        <p>{typeof start === "string" ? strings.startNamed(start) : strings.startOwn(start?.setup?.length ?? 0)}</p>
        <div className={styles.buttons}>
          <button type="button" onClick={take}>
            {strings.take}
          </button>
        </div>
        <p role="status">{said}</p>
      </Part>
      <Part title={strings.steps} found={[...at("steps"), ...at("figures"), ...at("claims"), ...at("predict")]}>
        {listOf(raw, "steps").map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place.
          <div key={i} className={styles.item}>
            {typeof step.say === "string" && words(step.say, strings.step(i + 1), 3)}
            <Field
              label={strings.tries(i + 1)}
              rows={2}
              value={(Array.isArray(step.try) ? step.try : []).join("\n")}
              onChange={(lines) =>
                onChange(changedItem(raw, "steps", i, { try: lines.split("\n").filter((line) => line !== "") }))
              }
            />
            <Remove what={strings.step(i + 1)} onRemove={() => onChange(withoutItem(raw, "steps", i))} />
          </div>
        ))}
        <Add
          onAdd={() => {
            const key = freshKey(raw, "step");
            onChange(withWord(withItem(raw, "steps", { say: key }), language, key, ""));
          }}
        />
      </Part>
      <Part title={strings.goals} found={[...at("goal"), ...at("wrong")]}>
        <p>{strings.goalsHint}</p>
        <div className={styles.row}>
          <label className={styles.field}>
            <span>{strings.wish}</span>
            <select value={Math.min(wish, wishes.length - 1)} onChange={({ target }) => setWish(Number(target.value))}>
              {wishes.map(({ id, say }, i) => (
                <option key={id} value={i}>
                  {say}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            onClick={() => {
              const one = wishes[Math.min(wish, wishes.length - 1)];
              if (one) onChange(withGoal(raw, language, one));
            }}
          >
            {strings.add}
          </button>
        </div>
        {listOf(raw, "goal").map((goal, i) => (
          <div key={String(goal.id)} className={styles.item}>
            {words(String(goal.say ?? goal.id), strings.goal(i + 1))}
            <Remove what={strings.goal(i + 1)} onRemove={() => onChange(withoutItem(raw, "goal", i))} />
          </div>
        ))}
      </Part>
      <Part title={strings.solutions} found={at("solutions")}>
        <p>{strings.recordFrom}</p>
        <div className={styles.buttons}>
          <button type="button" aria-pressed={recording !== null} onClick={onRecord}>
            {recording ? <Square aria-hidden /> : <Circle aria-hidden />}
            {recording ? strings.stop(moves) : strings.record}
          </button>
        </div>
        {listOf(raw, "solutions").map((solution, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a solution is its place.
          <div key={i} className={styles.item}>
            <Field
              label={strings.solution(i + 1)}
              rows={3}
              value={linesOf(solution.commands ?? solution.value)}
              onChange={(lines) => onChange(changedItem(raw, "solutions", i, { commands: movesIn(lines) }))}
            />
            <Remove what={strings.solution(i + 1)} onRemove={() => onChange(withoutItem(raw, "solutions", i))} />
          </div>
        ))}
      </Part>
      <Part title={strings.hints} found={at("hints")}>
        {(Array.isArray(raw.hints) ? raw.hints : []).map((key: unknown, i: number) => (
          <div key={String(key)} className={styles.item}>
            {words(String(key), strings.hint(i + 1))}
            <Remove what={strings.hint(i + 1)} onRemove={() => onChange(withoutItem(raw, "hints", i))} />
          </div>
        ))}
        <Add
          onAdd={() => {
            const key = freshKey(raw, "hint");
            onChange(withWord(withItem(raw, "hints", key), language, key, ""));
          }}
        />
      </Part>
      <p>{strings.rest}</p>
    </>
  );
}

/** Moves as lines: those that no shell line says are JSON. */
const linesOf = (moves: unknown): string =>
  (Array.isArray(moves) ? moves : [])
    .map((move: unknown) => (typeof move === "string" ? move : JSON.stringify(move)))
    .join("\n");

const movesIn = (lines: string): unknown[] =>
  lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parse(line) ?? line);

interface PartProps {
  readonly title: string;
  readonly found: readonly string[];
  readonly children: ReactNode;
}

function Part({ title, found, children }: PartProps) {
  const head = useId();
  return (
    <section className={styles.part} aria-labelledby={head}>
      <h3 id={head}>{title}</h3>
      {children}
      {found.length > 0 && (
        <ul className={styles.wrong}>
          {found.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  onChange(value: string): void;
}

function Field({ label, value, rows = 1, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows === 1 ? (
        <input id={id} value={value} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <textarea id={id} rows={rows} value={value} onChange={({ target }) => onChange(target.value)} />
      )}
    </div>
  );
}

const Add = ({ onAdd }: { onAdd(): void }) => (
  <div className={styles.buttons}>
    <button type="button" onClick={onAdd}>
      {strings.add}
    </button>
  </div>
);

const Remove = ({ what, onRemove }: { readonly what: string; onRemove(): void }) => (
  <button type="button" className={styles.icon} aria-label={strings.remove(what)} onClick={onRemove}>
    <X aria-hidden />
  </button>
);

type As = "reader" | "phone" | "spoken";

function Preview({ text, preview }: { readonly text: string; preview(text: string): ReactNode }) {
  const [as, setAs] = useState<As>("reader");
  const [lines, setLines] = useState<readonly string[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => preview(text), [preview, text]);
  return (
    <>
      <div className={styles.parts} role="toolbar" aria-label={strings.as}>
        {(["reader", "phone", "spoken"] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={as === one}
            onClick={() => {
              setAs(one);
              if (one === "spoken" && place.current) setLines(spoken(place.current));
            }}
          >
            {strings[one]}
          </button>
        ))}
      </div>
      <div ref={place} className={styles.preview} data-as={as}>
        {shown}
      </div>
      {as === "spoken" && (
        <ol className={styles.spoken} aria-label={strings.spokenTitle}>
          {lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
            <li key={i}>{line}</li>
          ))}
        </ol>
      )}
    </>
  );
}

function save(text: string, raw: Raw | null): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${typeof raw?.id === "string" ? raw.id : "lesson"}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
