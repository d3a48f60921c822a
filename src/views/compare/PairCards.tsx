/** What can be compared, as cards: what differs, and what one will see. A pair that is ready is compared with one press. */
import type { Fork } from "../../client/keeper.ts";
import { type CardWords, cardStrings as words, OTHERS } from "./card-strings.ts";
import styles from "./cards.module.css";
import { READY_IDS } from "./futures.ts";
import { futuresStrings } from "./futures-strings.ts";

interface PairCardsProps {
  /** What is chosen already, and waits for more to be said. */
  readonly what: string;
  readonly forks: readonly Fork[];
  /** Compares at once. */
  onReady(what: string): void;
  /** Asks what else it takes. */
  onOther(what: string): void;
}

export function PairCards({ what, forks, onReady, onOther }: PairCardsProps) {
  return (
    <div className={styles.cards}>
      {forks.length > 0 && (
        <Group title={words.forksTitle}>
          {forks.map(({ number, name, resume }) => (
            <Card
              key={number}
              words={{
                name: name ?? futuresStrings.left(number),
                differs: words.fork(name ?? futuresStrings.left(number), futuresStrings.at(resume.instant.at)),
              }}
              onPress={() => onReady(`fork ${number}`)}
            />
          ))}
        </Group>
      )}
      <Group title={words.readyTitle}>
        {READY_IDS.map((id) => (
          <Card key={id} words={words.ready[id]} onPress={() => onReady(id)} />
        ))}
      </Group>
      <Group title={words.othersTitle}>
        {OTHERS.map((id) => (
          <Card key={id} words={words.others[id]} pressed={what === id} onPress={() => onOther(id)} />
        ))}
      </Group>
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

interface CardProps {
  readonly words: Omit<CardWords, "see"> & Partial<CardWords>;
  readonly pressed?: boolean;
  onPress(): void;
}

function Card({ words: { name, differs, see }, pressed, onPress }: CardProps) {
  return (
    <li>
      <button type="button" aria-pressed={pressed} onClick={onPress}>
        <strong>{name}</strong>
        <span>{differs}</span>
        {see !== undefined && <em>{see}</em>}
      </button>
    </li>
  );
}
