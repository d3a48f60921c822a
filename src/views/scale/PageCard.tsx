/** The last stop: one page, what it is, whose, since when, and how the kernel reaches it. */
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { Chain } from "../../engine/inspect/index.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { kindLabel, kindToken } from "../kinds.ts";
import { memoryMapStrings } from "../memory-map/strings.ts";
import { useInspection } from "../memory-map/use-inspection.ts";
import { useChain } from "../use-chain.ts";
import styles from "./scale.module.css";
import { hex, scaleStrings } from "./strings.ts";

const words = scaleStrings.card;

interface PageCardProps {
  readonly partition: string;
  readonly pfn: number | null;
  /** Goes to another page: a reference. */
  onGo(pfn: number): void;
}

export function PageCard({ partition, pfn, onGo }: PageCardProps) {
  const inspection = useInspection(partition, pfn);
  const chain = useChain(partition, pfn);
  if (pfn === null || !inspection) return <p className={styles.card}>{words.choose}</p>;
  const { info, at } = inspection;
  const flags = memoryMapStrings.flags.filter((name, bit) => name !== "" && info.flags & (1 << bit));
  return (
    <div className={styles.card}>
      <div className={styles.cardHead}>
        <i style={{ background: `var(${kindToken(info.kind)})` }} />
        <div>
          <code>{hex(info.pfn)}</code>
          <span>{[kindLabel(info.kind), ...flags].join(", ")}</span>
        </div>
      </div>
      <dl>
        <dt>{words.where}</dt>
        <dd>{words.place(info.node, info.zone, info.block, info.pageblock, info.pageblockType)}</dd>
        {info.kind !== PageKind.Free && (
          <>
            <dt>{words.owner}</dt>
            <dd>{ownerWords(info.owner)}</dd>
          </>
        )}
        {info.allocatedWhy && (
          <>
            <dt>{words.born}</dt>
            <dd>{memoryMapStrings.allocated(at, info.allocatedAt, occasionWords(info.allocatedWhy))}</dd>
          </>
        )}
        <dt>{words.offline}</dt>
        <dd>{memoryMapStrings.fate(info)}</dd>
      </dl>
      {chain && <ChainLines chain={chain} onGo={onGo} />}
    </div>
  );
}

function ChainLines({ chain, onGo }: { readonly chain: Chain; onGo(pfn: number): void }) {
  const { directMap, structPage, mappers, mapperCount } = chain;
  const [mapper] = mappers;
  const page = (frame: number, text: string) => (
    <button type="button" className="word-button" onClick={() => onGo(frame)}>
      {text}
    </button>
  );
  return (
    <dl className={styles.chain}>
      <dt>{words.directMap}</dt>
      <dd>
        <code>{directMap?.address ?? words.unmapped}</code>
        {directMap && <span>{words.entry[directMap.level]}</span>}
      </dd>
      <dt>{words.structPage}</dt>
      <dd>
        <code>{structPage?.address ?? words.noStruct}</code>
        {structPage && (
          <span>
            {page(structPage.page, words.inPage(structPage.page))}
            {structPage.stale && ` · ${words.stale}`}
          </span>
        )}
      </dd>
      <dt>{words.mappedBy}</dt>
      <dd>
        <code>{mapper ? words.mapper(mapper.comm, mapper.pid, mapper.address) : words.nobody}</code>
        {mapper && (
          <span>
            {page(mapper.table, words.through(mapper.level, mapper.index))}
            {mapperCount > 1 && ` · ${words.more(mapperCount - 1)}`}
          </span>
        )}
      </dd>
    </dl>
  );
}
