/** The chain of the chosen page: its number, the address that leads to it, its struct page, and who maps it. */
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { useChain } from "../use-chain.ts";
import styles from "./page-tables.module.css";
import { pageTableStrings } from "./strings.ts";

const words = pageTableStrings.chain;

export function PageChain({ partition, blockPages }: { readonly partition: string; readonly blockPages: number }) {
  const playground = usePlayground();
  const pfn = usePlaygroundState((state) => state.selection.pfn);
  const chain = useChain(partition, pfn);
  if (pfn === null || !chain) return <p className={styles.hint}>{words.empty}</p>;
  const blockOf = (frame: number): number => Math.floor(frame / blockPages);
  const page = (frame: number, text: string) => (
    <button
      type="button"
      className="word-button"
      data-ref
      onClick={() => playground.select({ block: `${partition}:${blockOf(frame)}`, pfn: frame })}
    >
      {text}
    </button>
  );
  const { directMap, structPage, mappers, mapperCount } = chain;
  return (
    <dl className={styles.chain} aria-label={words.title}>
      <div>
        <dt>{words.frame}</dt>
        <dd>{words.pfn(pfn)}</dd>
        <dd>memory{blockOf(pfn)}</dd>
      </div>
      <div>
        <dt>{words.directMap}</dt>
        <dd>{directMap?.address ?? "—"}</dd>
        <dd>{directMap ? `${words.entry[directMap.level]}[${directMap.index}]` : words.unmapped}</dd>
      </div>
      <div>
        <dt>{words.structPage}</dt>
        <dd>{structPage?.address ?? "—"}</dd>
        <dd>
          {structPage ? page(structPage.page, words.inPage(structPage.page, blockOf(structPage.page))) : words.noStruct}
          {structPage?.stale ? ` · ${words.stale}` : ""}
        </dd>
      </div>
      <div>
        <dt>{words.mappers}</dt>
        {mappers.length === 0 && <dd>{words.nobody}</dd>}
        {mappers.slice(0, 1).map(({ pid, comm, address, level, index, table, migrating }) => [
          <dd key={`${pid} ${address}`}>{words.mapper(comm, pid, address)}</dd>,
          <dd key={`${pid} ${address} entry`}>
            {migrating ? words.migrating(level, index) : page(table, words.through(level, index, table))}
            {mapperCount > 1 ? ` · ${words.more(mapperCount - 1)}` : ""}
          </dd>,
        ])}
      </div>
    </dl>
  );
}
