/** The speaker's window: what is on the screen, what the next click does, the notes, the clock, and what comes. */
import { GitFork, Moon, Presentation, Snowflake, Timer } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Scene } from "../format.ts";
import { paceOf } from "../pace.ts";
import { AudienceCard } from "./AudienceCard.tsx";
import { useClicker } from "./clicker.ts";
import { NextPicture } from "./NextPicture.tsx";
import { Notes } from "./Notes.tsx";
import { SideTrip } from "./SideTrip.tsx";
import controls from "../../lessons/controls.module.css";
import styles from "./speaker.module.css";
import { Stage } from "./Stage.tsx";
import { clock, stageStrings } from "./strings.ts";
import type { TalkView } from "./TalkWindow.tsx";

const words = stageStrings.presenter;
const SIZES = [1.25, 1.5, 1.75, 2.25];

export function Speaker({ conductor, address, driver, App, openOther }: TalkView) {
  const { player } = conductor;
  const { talk } = player;
  const shared = useStore(conductor.store, (state) => state.shared);
  const others = useStore(conductor.store, (state) => state.others);
  const hasAudience = others.some(({ role }) => role === "audience");
  const [size, setSize] = useState(1);
  const tripHere = shared.trip && !hasAudience;
  useClicker(conductor, !tripHere, openOther);
  useEscape(shared.trip && hasAudience, () => conductor.toggle("trip"));
  const { scene: number, cue } = shared.place;
  const scene = talk.scenes[number];
  if (!scene) return null;
  if (tripHere)
    return <SideTrip player={player} place={shared.place} App={App} onBack={() => conductor.toggle("trip")} />;
  const next = talk.scenes[number + 1];
  const say = scene.cues[cue]?.say;
  const forward = say === undefined && next ? words.nextScene(next.title) : words.next(say ?? words.end);
  return (
    <main className={`${controls.controls} ${styles.speaker}`}>
      <header className={styles.bar}>
        <h1>
          {talk.title}{" "}
          <small>
            {number + 1} / {talk.scenes.length}
          </small>
        </h1>
        <Pace conductor={conductor} />
        <div className={styles.actions}>
          <button type="button" aria-pressed={shared.trip} onClick={() => conductor.toggle("trip")}>
            <GitFork aria-hidden /> {words.sideTrip} <kbd>F</kbd>
          </button>
          <button type="button" aria-pressed={shared.frozen} onClick={() => conductor.toggle("frozen")}>
            <Snowflake aria-hidden /> {shared.frozen ? words.thaw : words.freeze} <kbd>.</kbd>
          </button>
          <button type="button" aria-pressed={shared.black} onClick={() => conductor.toggle("black")}>
            <Moon aria-hidden /> {shared.black ? words.white : words.black} <kbd>B</kbd>
          </button>
          <button type="button" onClick={openOther}>
            <Presentation aria-hidden /> {words.audience} <kbd>S</kbd>
          </button>
        </div>
      </header>
      <section className={styles.left} aria-label={words.onScreen}>
        <Agreement conductor={conductor} />
        <div className={styles.preview} data-black={shared.black || undefined} inert>
          <Stage player={player} address={address} frozen={shared.frozen} />
        </div>
        <div className={styles.drive}>
          <button type="button" aria-label={words.back} onClick={() => conductor.back()}>
            ←
          </button>
          <button type="button" className={`${controls.primary} ${styles.next}`} onClick={() => conductor.forward()}>
            {forward} →
          </button>
        </div>
        <Cues scene={scene} cue={cue} next={next} onGo={(to) => conductor.goTo({ scene: number, cue: to })} />
      </section>
      <section className={styles.right}>
        <div className={styles.notes} style={{ fontSize: `${SIZES[size]}rem` }}>
          <h2 className="visually-hidden">{words.notes}</h2>
          <span className={styles.sizes}>
            <button type="button" aria-label={words.smaller} disabled={size === 0} onClick={() => setSize(size - 1)}>
              A
            </button>
            <button
              type="button"
              aria-label={words.larger}
              disabled={size === SIZES.length - 1}
              onClick={() => setSize(size + 1)}
            >
              A
            </button>
          </span>
          <Notes text={scene.notes} />
        </div>
        <div className={styles.below}>
          <div className={styles.stacked}>
            <section>
              <header className={styles.nextTitle}>
                <h2>{words.nextUp}</h2>
                {next && (
                  <>
                    <b>{next.title}</b> <span>{words.planned(clock(next.seconds))}</span>
                  </>
                )}
              </header>
              {next ? (
                <>
                  <NextPicture player={player} scene={number + 1} address={address} />
                  <ol className="visually-hidden">
                    {next.cues.map(({ say }) => (
                      <li key={say}>{say}</li>
                    ))}
                  </ol>
                </>
              ) : (
                <p>{words.end}</p>
              )}
            </section>
            <section>
              <h2>{words.clicker}</h2>
              <dl className={styles.keys}>
                {words.keys.map(([one, other, does]) => (
                  <div key={one}>
                    <dt>
                      <kbd>{one}</kbd> {other && <kbd>{other}</kbd>}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          </div>
          <AudienceCard conductor={conductor} driver={driver} address={address} />
        </div>
      </section>
      <nav className={styles.strip} aria-label={words.scenes}>
        {talk.scenes.map(({ id, title }, i) => (
          <button
            key={id}
            type="button"
            aria-current={i === number ? "step" : undefined}
            onClick={() => conductor.goTo({ scene: i, cue: 0 })}
          >
            <small>{i + 1}</small>
            {title}
          </button>
        ))}
      </nav>
    </main>
  );
}

function useEscape(on: boolean, act: () => void): void {
  useEffect(() => {
    if (!on) return;
    const hear = (event: KeyboardEvent) => {
      if (event.key === "Escape") act();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  });
}

/** What becomes of windows that don't show the same is only told when it lasts. */
const PATIENCE = 1500;

function Agreement({ conductor }: Pick<TalkView, "conductor">) {
  const others = useStore(conductor.store, (state) => state.others);
  useStore(conductor.player.store, (state) => state.hash);
  const other = conductor.differs();
  const [lasting, setLasting] = useState(false);
  const differs = other !== null;
  useEffect(() => {
    if (!differs) {
      setLasting(false);
      return;
    }
    const waiting = setTimeout(() => setLasting(true), PATIENCE);
    return () => clearTimeout(waiting);
  }, [differs]);
  if (lasting && other) {
    const scene = conductor.player.talk.scenes[other.place.scene];
    return (
      <p className={styles.differs} role="alert">
        {words.differs(`${other.place.scene + 1}. ${scene?.title ?? ""}`)}
        <button type="button" onClick={() => conductor.settle("mine")}>
          {words.mine}
        </button>
        <button type="button" onClick={() => conductor.settle("theirs")}>
          {words.theirs}
        </button>
      </p>
    );
  }
  return (
    <p className={styles.onScreen}>
      <b>{words.onScreen}</b> {others.length === 0 ? words.alone : words.same}
    </p>
  );
}

function Cues({
  scene,
  cue,
  next,
  onGo,
}: {
  readonly scene: Scene;
  readonly cue: number;
  readonly next: Scene | undefined;
  onGo(cue: number): void;
}) {
  const says = [words.rest, ...scene.cues.map(({ say }) => say)];
  return (
    <ol className={styles.cues} aria-label={words.cues}>
      {says.map((say, i) => (
        <li key={say} data-at={i < cue ? "past" : undefined}>
          <button type="button" aria-current={i === cue ? "step" : undefined} onClick={() => onGo(i)}>
            <small>{i}</small> {say} {i === cue + 1 && <kbd>PgDn</kbd>}
          </button>
        </li>
      ))}
      <li className={styles.last}>{next ? words.nextScene(next.title) : words.end}</li>
    </ol>
  );
}

function Pace({ conductor }: Pick<TalkView, "conductor">) {
  const { started, place } = useStore(conductor.store, (state) => state.shared);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(ticking);
  }, []);
  if (started === null)
    return (
      <div className={styles.pace}>
        <button type="button" onClick={() => conductor.startClock(Date.now())}>
          <Timer aria-hidden /> {words.start}
        </button>
      </div>
    );
  const { spent, total, share, late, slow } = paceOf(conductor.player.talk, place, Math.max(0, now - started) / 1000);
  const by = clock(Math.abs(late));
  return (
    <div className={styles.pace} data-slow={slow || undefined}>
      <strong role="timer">{clock(spent)}</strong>
      <div>
        <progress max={1} value={share} aria-label={words.of(clock(total))} />
        <small>
          {words.of(clock(total))} ·{" "}
          {Math.abs(late) < 15 ? words.onTime : late > 0 ? words.behind(by) : words.ahead(by)}
        </small>
      </div>
    </div>
  );
}
