/** On a phone: what was found, block by block, each a way there. */
import type { BlockRecord } from "../../protocol/records.ts";
import { count } from "../reading.ts";
import type { Memory } from "./memory.ts";
import styles from "./scale.module.css";
import { scaleStrings } from "./strings.ts";

const words = scaleStrings.foundList;
/** The blocks with most hits; the others are in the table. */
const MOST = 12;

interface FoundListProps {
  readonly memory: Memory;
  /** Pages found, by number of their block. */
  readonly found: ReadonlyMap<number, number>;
  onGo(block: BlockRecord): void;
}

export function FoundList({ memory, found, onGo }: FoundListProps) {
  const all = memory.nodes
    .flatMap(({ blocks }) => blocks)
    .map((block) => [block, found.get(block.number) ?? 0] as const)
    .filter(([, pages]) => pages > 0)
    .sort(([, a], [, b]) => b - a);
  if (all.length === 0) return null;
  return (
    <section className={styles.foundList} aria-label={words.label}>
      <ul>
        {all.slice(0, MOST).map(([block, pages]) => (
          <li key={block.key}>
            <button type="button" onClick={() => onGo(block)}>
              <b>{scaleStrings.block(block.number)}</b>
              <span className="figures">{scaleStrings.found(pages)}</span>
              <small>{words.where(block.nodes, block.zone)}</small>
            </button>
          </li>
        ))}
      </ul>
      {all.length > MOST && <p>{words.more(count(all.length - MOST))}</p>}
    </section>
  );
}
