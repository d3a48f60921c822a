/** Write one: a lesson beside its machine, with what is wrong with it at the field, and a preview. */
import { JsonFileField } from "../../client/JsonFileField.tsx";
import { problemWords } from "../../client/problem-words.ts";
import { Download, FilePlus, FolderOpen, Link } from "lucide-react";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { remember, remembered } from "../../client/remembered.ts";
import { saveFile } from "../../client/save-file.ts";
import { TRACKS } from "../catalogue.ts";
import { LONGEST_LESSON } from "../format.ts";
import { LONGEST_LINK, linkOf } from "../link.ts";
import { plainText } from "../markup.ts";
import { lessonText } from "../open.ts";
import { readLesson } from "../validate.ts";
import { EMPTY, parse, write } from "./draft.ts";
import { Remove, Source } from "./fields.tsx";
import { Form } from "./Form.tsx";
import { Preview } from "./Preview.tsx";
import { writeStrings as strings } from "./strings.ts";
import { type Tried, useFindings } from "./use-findings.ts";
import controls from "../controls.module.css";
import styles from "./write.module.css";

const KEY = "hotplug-draft";
const LESSON: Tried<unknown> = {
  name: "lesson",
  quiet: 700,
  read: readLesson,
  job: (text) => ({ type: "check", text, beside: document.baseURI }),
};

export interface WriteViewProps {
  /** A lesson as readers get it. */
  preview(text: string): ReactNode;
  onLeave(): void;
}

type Part = "form" | "source" | "preview";

export function WriteView({ preview, onLeave }: WriteViewProps) {
  const [text, setText] = useState(() => remembered(KEY) ?? write(EMPTY));
  const [part, setPart] = useState<Part>("form");
  const [said, setSaid] = useState("");
  const head = useId();
  const input = useRef<HTMLInputElement>(null);
  const raw = useMemo(() => parse(text), [text]);
  const found = useFindings(text, LESSON);
  useEffect(() => remember(KEY, text), [text]);
  const openFile = async (file: File) => {
    if (file.size > LONGEST_LESSON) setSaid(problemWords.say(`${file.name}: larger than 256 KiB`));
    else {
      setText(await file.text());
      setSaid("");
    }
  };
  /** A lesson of the page's own, to write on from. */
  const openOwn = async (id: string) => {
    const own = await lessonText(id);
    if (own.ok) setText(own.value);
    setSaid(own.ok ? "" : problemWords.say(own.problem));
  };
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
    <section className={`${controls.controls} ${styles.write}`} aria-labelledby={head}>
      <div className={styles.head}>
        <h2 id={head}>{strings.label}</h2>
        <Remove label={strings.close} onRemove={onLeave} />
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
          <Source label={strings.json} rows={24} value={text} onChange={setText} />
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
                <li key={finding}>{problemWords.say(finding)}</li>
              ))}
            </ul>
          )}
        </div>
        <p role="status">{said}</p>
        <div className={styles.buttons}>
          <button
            type="button"
            onClick={() =>
              saveFile(`${typeof raw?.id === "string" ? raw.id : "lesson"}.json`, text, "application/json")
            }
          >
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
          <button type="button" onClick={() => input.current?.click()}>
            <FolderOpen aria-hidden />
            {strings.open}
          </button>
          <JsonFileField ref={input} label={strings.open} onFile={(file) => void openFile(file)} />
          <select aria-label={strings.from} value="" onChange={({ target }) => void openOwn(target.value)}>
            <option value="">{strings.from}</option>
            {TRACKS.map(({ id, title, cards }) => (
              <optgroup key={id} label={title}>
                {cards.map((card) => (
                  <option key={card.id} value={card.id}>
                    {plainText(card.title, () => "")}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
      </div>
    </section>
  );
}
