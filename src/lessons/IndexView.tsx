/** All lessons, as lists of links; the one next thing has the only filled button. */
import { JsonFileField } from "../client/JsonFileField.tsx";
import { language } from "../client/language/catalogue.ts";
import { problemWords } from "../client/problem-words.ts";
import { ArrowLeft, ArrowRight, Check, Download, FolderOpen, PenLine, Upload } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { saveFile } from "../client/save-file.ts";
import { type Card, type Track, TRACKS } from "./catalogue.ts";
import { Line } from "./Markup.tsx";
import { Picture } from "./Picture.tsx";
import { plainText } from "./markup.ts";
import { GENERATORS, LEVELS } from "./predict/format.ts";
import { addRungs, readRungs, storedRungs } from "./predict/rungs.ts";
import { predictStrings } from "./predict/strings.ts";
import { addProgress, type Progress, readProgress, storedProgress, writeProgress } from "./progress.ts";
import { lessonStrings } from "./strings.ts";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";
import own from "./index-view.module.css";

const strings = lessonStrings.index;
const noValue = (name: string): string => name;

export interface IndexViewProps {
  /** The address of a lesson. */
  addressOf(id: string): string;
  onBox(): void;
  onFile(file: { readonly file: string; readonly text: string }): void;
  /** What stands below the lessons. */
  readonly talks?: ReactNode;
}

/** The first lesson that was not reached yet. */
const nextOf = (progress: Progress): Card | undefined =>
  TRACKS.flatMap(({ cards }) => cards).find(({ id }) => !progress[id]);

export function IndexView({ addressOf, onBox, onFile, talks }: IndexViewProps) {
  const [progress, setProgress] = useState(storedProgress);
  const [said, setSaid] = useState("");
  const lessonFile = useRef<HTMLInputElement>(null);
  const progressFile = useRef<HTMLInputElement>(null);
  const next = nextOf(progress);
  const begun = Object.keys(progress).length > 0;
  const bring = async (file: File) => {
    const content = await file.text();
    const read = readProgress(content, file.name);
    const rungs = readRungs(content, file.name);
    if (!read.ok || !rungs.ok) {
      setSaid(problemWords.say(read.ok ? (rungs.ok ? "" : rungs.problem) : read.problem));
      return;
    }
    addRungs(rungs.value);
    setProgress(addProgress(read.value));
    setSaid(strings.brought(Object.keys(read.value).length));
  };
  return (
    <div className={`${controls.controls} ${styles.index}`}>
      <div className={own.indexHead}>
        <div>
          <h2>{strings.title}</h2>
          <p>{strings.about}</p>
        </div>
        <div className={own.tools}>
          <button type="button" className={controls.quiet} onClick={onBox}>
            <ArrowLeft aria-hidden />
            {strings.toBox}
          </button>
          <button type="button" className={controls.quiet} onClick={() => lessonFile.current?.click()}>
            <FolderOpen aria-hidden />
            {strings.open}
          </button>
          <a className={`${controls.button} ${controls.quiet}`} href="#write">
            <PenLine aria-hidden />
            {strings.write}
          </a>
          <button type="button" className={controls.quiet} onClick={() => save(progress)}>
            <Download aria-hidden />
            {strings.take}
          </button>
          <button type="button" className={controls.quiet} onClick={() => progressFile.current?.click()}>
            <Upload aria-hidden />
            {strings.bring}
          </button>
          <JsonFileField
            ref={lessonFile}
            onFile={(file) => void file.text().then((text) => onFile({ file: file.name, text }))}
          />
          <JsonFileField ref={progressFile} onFile={(file) => void bring(file)} />
          <a className={`${controls.button} ${controls.primary}`} href={next ? addressOf(next.id) : "#predict"}>
            {!next ? strings.allDone : begun ? strings.goOn(next.title) : strings.first(next.title)}
            <ArrowRight aria-hidden />
          </a>
        </div>
      </div>
      <p role="status" className={styles.quiet}>
        {said}
      </p>
      {TRACKS.map((track) => (
        <TrackList
          key={track.id}
          track={track}
          progress={progress}
          next={next?.id}
          begun={begun}
          addressOf={addressOf}
        />
      ))}
      <PredictTrack />
      {talks}
    </div>
  );
}

interface TrackListProps extends Pick<IndexViewProps, "addressOf"> {
  readonly track: Track;
  readonly progress: Progress;
  readonly next: string | undefined;
  readonly begun: boolean;
}

function TrackList({ track, progress, next, begun, addressOf }: TrackListProps) {
  const done = track.cards.filter(({ id }) => progress[id]);
  const foreign = track.languages.includes(language()) ? "" : strings.inEnglish;
  const left = track.cards.filter(({ id }) => !progress[id]).reduce((sum, { minutes }) => sum + minutes, 0);
  return (
    <section aria-labelledby={`track-${track.id}`}>
      <div className={own.trackHead}>
        <h3 id={`track-${track.id}`}>{track.title}</h3>
        <p>{track.about}</p>
        <progress aria-hidden value={done.length} max={track.cards.length} />
        <span className={styles.quiet}>{strings.done(done.length, track.cards.length, left)}</span>
      </div>
      <ol className={own.cards}>
        {track.cards.map((card, i) => {
          const reached = progress[card.id];
          const solved = reached !== undefined;
          return (
            <li key={card.id} data-next={card.id === next || undefined}>
              <a
                href={addressOf(card.id)}
                aria-label={[
                  strings.card(i + 1, plainText(card.title, noValue), card.minutes, reached?.ways.length ?? null),
                  ...(foreign ? [foreign] : []),
                ].join(", ")}
              >
                <Picture id={card.id} />
                <b>
                  {card.title}
                  {solved && <Check aria-hidden />}
                  {card.id === next && <i>{begun ? strings.goOnBadge : strings.firstBadge}</i>}
                </b>
                <span>
                  <Line text={card.idea} value={noValue} />
                </span>
                <span className={own.cardFoot}>
                  <span>{i + 1}</span> <span>{strings.minutes(card.minutes)}</span>
                  {reached && <span>{strings.solved(reached.ways.length)}</span>}
                  {foreign && <span>{foreign}</span>}
                </span>
              </a>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** The third track has no end: a door for each of its generators. */
function PredictTrack() {
  const rungs = storedRungs();
  return (
    <section aria-labelledby="track-predict">
      <div className={own.trackHead}>
        <h3 id="track-predict">{predictStrings.title}</h3>
        <p>{predictStrings.about}</p>
      </div>
      <ul className={own.cards}>
        {GENERATORS.map((generator) => {
          const rung = rungs[generator];
          return (
            <li key={generator}>
              <a href={`#predict=${generator}`}>
                <b>{predictStrings.generator[generator]}</b>
                <span />
                <span className={own.cardFoot}>
                  <span>{predictStrings.level(rung?.level ?? 1, LEVELS)}</span>
                  <span>{rung && predictStrings.counted(rung.right, rung.asked)}</span>
                </span>
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Hands the progress out as a file. */
function save(progress: Progress): void {
  const text = writeProgress(progress, { predict: storedRungs() });
  saveFile("hotplug-progress.json", text, "application/json");
}
