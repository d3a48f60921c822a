/** Who brings new memory online: nobody, the kernel, udev's rule, or both; another choice boots the partition anew. */
import { Power } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { machineWords } from "../../client/machine-words.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { ONLINERS, type OnlinerChoice, onlinedBy, onlinerOf, withoutChoice } from "../new-memory.ts";
import { Fold } from "./Fold.tsx";
import styles from "./running.module.css";
import { runningStrings } from "./strings.ts";

const words = runningStrings.onliner;

export function OnlinerForm({ partition }: { readonly partition: string }) {
  const playground = usePlayground();
  const [title, field, about] = [useId(), useId(), useId()];
  const scenario = playground.kept?.scenario;
  const booted = scenario?.box.partitions.find(({ id }) => id === partition);
  const current = booted ? onlinerOf(booted) : null;
  const now = usePlaygroundState(({ records }) => records.partition[partition]?.autoOnline);
  const [chosen, setChosen] = useState<OnlinerChoice | null>(null);
  const shown = chosen ?? current;
  if (!scenario || !booted) return null;

  const boot = (event: FormEvent) => {
    event.preventDefault();
    if (chosen === null) return;
    // What an earlier choice added to the title goes with it.
    const base = withoutChoice(machineWords.title(scenario), words.names);
    playground.load(onlinedBy(scenario, partition, chosen, words.titled(base, chosen)));
  };
  return (
    <Fold id={title} title={words.title} state={current === null ? words.asBooted : words.names[current]}>
      <form className={styles.start} aria-labelledby={title} onSubmit={boot}>
        <span className={styles.wide}>
          <label htmlFor={field}>{words.label}</label>
          <select
            id={field}
            aria-describedby={about}
            value={shown ?? ""}
            onChange={({ target }) => setChosen(ONLINERS.find((one) => one === target.value) ?? null)}
          >
            {current === null && <option value="">{words.asBooted}</option>}
            {ONLINERS.map((one) => (
              <option key={one} value={one}>
                {words.names[one]}
              </option>
            ))}
          </select>
        </span>
        <p id={about} className={styles.note}>
          {shown === null ? words.other : words.about[shown]}
        </p>
        <dl className={styles.facts}>
          <dt>
            <code>{words.facts.kernel}</code>
          </dt>
          <dd>
            <code>{now}</code>
          </dd>
          <dt>
            <code>{words.facts.udev}</code>
          </dt>
          <dd>{booted.udevRules === undefined ? words.noUdev : <code>{booted.udevRules.trim()}</code>}</dd>
        </dl>
        <button type="submit" className={styles.go} disabled={chosen === null || chosen === current}>
          <Power aria-hidden />
          {words.go}
        </button>
      </form>
    </Fold>
  );
}
