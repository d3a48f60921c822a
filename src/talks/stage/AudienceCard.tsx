/** Who follows, as counts; what they guessed, as sums; and how more can. */
import { Maximize } from "lucide-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Driver } from "../../follow/driver.ts";
import { placeKey } from "../../follow/tally.ts";
import type { Conductor } from "../conductor.ts";
import { type Guess, guessAt } from "../format.ts";
import type { TalkView } from "./TalkWindow.tsx";
import { QrCode } from "./QrCode.tsx";
import styles from "./speaker.module.css";
import { stageStrings } from "./strings.ts";

const words = stageStrings.live;

export function AudienceCard({ conductor, driver, address }: Pick<TalkView, "conductor" | "driver" | "address">) {
  const code = useStore(conductor.store, ({ shared }) => shared.code);
  return (
    <section className={styles.card} data-live={driver !== null || undefined} aria-label={words.title}>
      <div className={styles.way}>
        <QrCode address={`${location.protocol}//${address}`} className={styles.code} />
        <div>
          {driver ? <InStep driver={driver} /> : <p>{words.none}</p>}
          <code>{address}</code>
          <button type="button" aria-pressed={code} onClick={() => conductor.toggle("code")}>
            <Maximize aria-hidden /> {code ? words.hide : words.show} <kbd>Q</kbd>
          </button>
        </div>
      </div>
      {driver && <Sums conductor={conductor} driver={driver} />}
    </section>
  );
}

function InStep({ driver }: { readonly driver: Driver }) {
  const sums = useStore(driver.store, (state) => state.sums);
  return (
    <p>
      <strong>{stageStrings.count(sums?.modes["in-step"] ?? 0)}</strong> {words.inStep}
    </p>
  );
}

function Sums({ conductor, driver }: { readonly conductor: Conductor; readonly driver: Driver }) {
  const { sums, connected, drives, driver: who, unsaid } = useStore(driver.store);
  const asked = useAsked(conductor, sums?.guess?.on ?? null);
  const others = (sums?.drivers ?? []).filter((one) => one !== driver.id);
  const [to, setTo] = useState("");
  const counts = sums?.guess?.counts ?? [];
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  return (
    <>
      {!connected && <p role="status">{words.notConnected}</p>}
      {connected && unsaid > 2 && <p role="status">{words.unsaid(unsaid)}</p>}
      {!drives && who !== null && <p role="status">{words.drives(who)}</p>}
      <dl>
        {(["around", "copy", "catching-up"] as const).map((mode) => (
          <div key={mode}>
            <dt>{mode === "around" ? words.around : mode === "copy" ? words.copy : words.catchingUp}</dt>
            <dd>{stageStrings.count(sums?.modes[mode] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      {asked && (
        <div className={styles.guesses}>
          <h3>{words.guesses(asked.question)}</h3>
          {asked.choices.map((choice, i) => (
            <p key={choice}>
              <span>{choice}</span>
              <meter max={most} value={counts[i] ?? 0} aria-label={choice} />
              <b>{stageStrings.count(counts[i] ?? 0)}</b>
            </p>
          ))}
        </div>
      )}
      {drives && others.length > 0 && (
        <p className={styles.hand}>
          <select aria-label={words.handTo} value={to} onChange={({ target }) => setTo(target.value)}>
            <option value="">{words.handTo}</option>
            {others.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
          {to !== "" && (
            <button
              type="button"
              onClick={() => {
                driver.tell({ is: "hand", to }, conductor.player.store.getState().at);
                setTo("");
              }}
            >
              {words.hand(to)}
            </button>
          )}
        </p>
      )}
    </>
  );
}

/** What is asked now; else what was asked last, as long as its sums are the last ones. */
function useAsked(conductor: Conductor, on: string | null): Guess | null {
  const place = useStore(conductor.store, ({ shared }) => shared.place);
  const { scenes } = conductor.player.talk;
  const [last, setLast] = useState<{ readonly on: string; readonly guess: Guess } | null>(null);
  const scene = scenes[place.scene];
  const now = scene ? guessAt(scene, place.cue) : undefined;
  const key = placeKey(place);
  useEffect(() => {
    if (now) setLast({ on: key, guess: now });
  }, [key, now]);
  return now ?? (last?.on === on ? last.guess : null);
}
