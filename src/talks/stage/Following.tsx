/**
 * Who follows a talk: the stage, what it says as text, and a bar that tells how one follows, with the one key back. Looking around
 * one has the talk's own machine; whoever does something has a copy of it from then on, which is kept.
 */
import { Copy as CopyIcon, Eye, Undo2 } from "lucide-react";
import { type ComponentType, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import type { Playground } from "../../client/playground.ts";
import type { Follower, FollowState } from "../../follow/follower.ts";
import { placeKey } from "../../follow/tally.ts";
import { type Copy, copyAt } from "../copy.ts";
import { guessAt, type Place } from "../format.ts";
import { type Deed, lookingAround } from "../looking.ts";
import type { TalkPlayer } from "../player.ts";
import screen from "./audience.module.css";
import { actOfKey } from "./clicker.ts";
import controls from "../../lessons/controls.module.css";
import styles from "./following.module.css";
import { useWayBack } from "./SideTrip.tsx";
import { Stage } from "./Stage.tsx";
import { stageStrings } from "./strings.ts";
import { Twin } from "./Twin.tsx";

const words = stageStrings.following;

interface FollowingProps {
  readonly follower: Follower;
  readonly player: TalkPlayer;
  readonly address: string;
  readonly App: ComponentType<{ readonly playground: Playground }>;
}

type Away = "around" | "copy" | null;

export function Following({ follower, player, address, App }: FollowingProps) {
  const state = useStore(follower.store);
  const [away, setAway] = useState<Away>(null);
  const { copy, begin } = useCopy(player);
  const go = useCallback(
    (to: Away) => {
      setAway(to);
      follower.away(to);
    },
    [follower],
  );
  const fork = useCallback(
    (deed?: Deed) => {
      begin(player.store.getState().place, deed);
      go("copy");
    },
    [begin, go, player],
  );
  const back = useCallback(() => go(null), [go]);
  const around = useMemo(() => lookingAround(player.playground, fork), [player, fork]);
  useKeys({ player, follower, state, away, fork, go, hasCopy: copy !== null });
  return (
    <div className={styles.following}>
      {away === null ? (
        <main className={styles.seen} data-playing={undefined}>
          <h1 className="visually-hidden">{player.talk.title}</h1>
          <div className={styles.stage}>
            <Stage player={player} address={address} frozen={state.frozen} />
          </div>
          <Twin player={player} />
          {state.black && (
            <div className={screen.black} role="status">
              <span className="visually-hidden">{words.black}</span>
            </div>
          )}
        </main>
      ) : (
        <Elsewhere App={App} away={away} around={around} copy={copy?.playground ?? null} onBack={back} />
      )}
      <GuessBar follower={follower} player={player} state={state} />
      <Bar state={state} player={player} away={away} hasCopy={copy !== null} onGo={go} onFork={() => fork()} />
    </div>
  );
}

/** One copy, kept until another is begun. */
function useCopy(player: TalkPlayer) {
  const [copy, setCopy] = useState<{ readonly playground: Playground | null } | null>(null);
  const current = useRef<Copy | null>(null);
  useEffect(
    () => () => {
      current.current?.dispose();
      current.current = null;
    },
    [],
  );
  const begin = useCallback(
    (place: Place, deed?: Deed) => {
      current.current?.dispose();
      const made = copyAt(player.talk, place);
      current.current = made;
      setCopy({ playground: null });
      void made.ready.then((playground) => {
        if (current.current !== made) return;
        setCopy({ playground });
        deed?.(playground);
      });
    },
    [player],
  );
  return { copy, begin };
}

function Elsewhere({
  App,
  away,
  around,
  copy,
  onBack,
}: {
  readonly App: FollowingProps["App"];
  readonly away: "around" | "copy";
  readonly around: Playground;
  readonly copy: Playground | null;
  onBack(): void;
}) {
  useWayBack(onBack);
  const playground = away === "around" ? around : copy;
  return (
    <div className={styles.seen}>
      {playground ? <App key={away} playground={playground} /> : <p role="status">{stageStrings.coming}</p>}
    </div>
  );
}

interface BarProps {
  readonly state: FollowState;
  readonly player: TalkPlayer;
  readonly away: Away;
  readonly hasCopy: boolean;
  onGo(to: Away): void;
  onFork(): void;
}

function Bar({ state, player, away, hasCopy, onGo, onFork }: BarProps) {
  const { place, mode } = state;
  const scene = place ? player.talk.scenes[place.scene] : undefined;
  const speaker =
    place && scene ? words.speaker(`${place.scene + 1}. ${scene.title}`, place.cue, scene.cues.length) : words.nobody;
  const how = away ?? mode;
  return (
    <section className={`${controls.controls} ${styles.bar}`} data-how={how} aria-label={words.bar}>
      <p role="status">
        <b>{words.modes[how]}</b>{" "}
        <span>
          {away !== null && mode !== "in-step" ? `${words.modes[mode]} · ` : ""}
          {state.trip ? words.trip : speaker}
          {state.differs ? ` ${words.differs}` : ""}
        </span>
      </p>
      <div className={styles.ways}>
        {away === null ? (
          <>
            <button type="button" onClick={() => onGo("around")}>
              <Eye aria-hidden /> {words.around} <kbd>L</kbd>
            </button>
            <button type="button" onClick={() => (hasCopy ? onGo("copy") : onFork())}>
              <CopyIcon aria-hidden /> {hasCopy ? words.keptCopy : words.copy} <kbd>F</kbd>
            </button>
          </>
        ) : (
          <>
            {away === "copy" && (
              <button type="button" onClick={onFork}>
                <CopyIcon aria-hidden /> {words.newCopy}
              </button>
            )}
            <button type="button" className={controls.primary} onClick={() => onGo(null)}>
              <Undo2 aria-hidden /> {words.back} <kbd>Esc</kbd>
            </button>
          </>
        )}
      </div>
    </section>
  );
}

function GuessBar({ follower, player, state }: Pick<BarProps, "player" | "state"> & { readonly follower: Follower }) {
  const { place, guesses } = state;
  const scene = place ? player.talk.scenes[place.scene] : undefined;
  const guess = place && scene ? guessAt(scene, place.cue) : undefined;
  if (!place || !guess || state.mode === "ended") return null;
  const chosen = guesses[placeKey(place)];
  return (
    <section className={`${controls.controls} ${styles.guess}`} aria-label={words.guess}>
      <p>{guess.question}</p>
      {guess.choices.map((choice, i) => (
        <button key={choice} type="button" aria-pressed={chosen === i} onClick={() => follower.guess(i)}>
          {choice} <kbd>{i + 1}</kbd>
        </button>
      ))}
      <small role="status">{chosen === undefined ? words.onlySums : words.told}</small>
    </section>
  );
}

function useKeys({
  player,
  follower,
  state,
  away,
  fork,
  go,
  hasCopy,
}: {
  readonly player: TalkPlayer;
  readonly follower: Follower;
  readonly state: FollowState;
  readonly away: Away;
  readonly hasCopy: boolean;
  fork(): void;
  go(to: Away): void;
}): void {
  useEffect(() => {
    if (away !== null) return;
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const scene = state.place ? player.talk.scenes[state.place.scene] : undefined;
      const choices = scene && state.place ? (guessAt(scene, state.place.cue)?.choices ?? []) : [];
      const key = event.key.toLowerCase();
      if (key === "l") go("around");
      else if (key === "f") {
        if (hasCopy) go("copy");
        else fork();
      } else if (/^[1-9]$/.test(key) && Number(key) <= choices.length) follower.guess(Number(key) - 1);
      else {
        // Whoever drives is gone: one goes on alone, and is back in step as soon as somebody drives.
        const act = actOfKey(event, event.target instanceof Element ? event.target : null);
        const alone = state.mode === "joining" || state.mode === "cut-off" || state.mode === "ended";
        if (!alone || (act !== "forward" && act !== "back")) return;
        if (act === "forward" && player.store.getState().playing) player.finish();
        else {
          const next = player.next(act === "forward" ? 1 : -1);
          if (next) void player.goTo(next);
        }
      }
      event.preventDefault();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [player, follower, state, away, fork, go, hasCopy]);
}
