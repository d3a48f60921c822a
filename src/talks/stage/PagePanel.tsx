/** One page of memory, and what the kernel needs to reach it: its entry in the direct mapping, and its struct page. */
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { usePlayground, useRecord } from "../../client/react.tsx";
import type { Chain } from "../../engine/inspect/index.ts";
import type { TalkPlayer } from "../player.ts";
import styles from "./rich.module.css";
import { stageStrings } from "./strings.ts";

const words = stageStrings.page;

export function PagePanel({
  block,
  page,
  player,
}: {
  readonly block: string;
  readonly page: number;
  readonly player: TalkPlayer;
}) {
  const playground = usePlayground();
  const record = useRecord("block", block);
  // At every place the machine is another one, and so may the page's tables be.
  const hash = useStore(player.store, (state) => state.hash);
  const [chain, setChain] = useState<Chain | null>(null);
  const partition = record?.partition;
  const pfn = record ? record.startPfn + page : null;
  useEffect(() => {
    if (partition === undefined || pfn === null || hash === null) return;
    let stays = true;
    void playground.chain(partition, pfn).then((found) => {
      if (stays) setChain(found);
    });
    return () => {
      stays = false;
    };
  }, [playground, partition, pfn, hash]);
  if (!chain || pfn === null) return null;
  const { directMap, structPage } = chain;
  return (
    <div className={styles.chain}>
      <section data-what="map">
        <h3>{stageStrings.tables.directMap}</h3>
        {directMap ? (
          <>
            <code>{directMap.address}</code>
            <p>{words.entry(directMap.level)}</p>
          </>
        ) : (
          <p>{words.unmapped}</p>
        )}
      </section>
      <i aria-hidden="true">↓</i>
      <section data-what="page">
        <h3>{words.page}</h3>
        <code>pfn 0x{pfn.toString(16)}</code>
        <p>{words.bytes}</p>
      </section>
      <i aria-hidden="true">↑</i>
      <section data-what="struct">
        <h3>{stageStrings.tables.memmap}</h3>
        {structPage ? (
          <>
            <code>{structPage.address}</code>
            <p>{words.struct(structPage.page)}</p>
          </>
        ) : (
          <p>{words.noStruct}</p>
        )}
      </section>
    </div>
  );
}
