/** A rule of udev that wrote when blocks of a DIMM were online already: who was first, what that means, and what prevents it. */
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { AUTO_ONLINE_FILE, lateRuleStrings as words } from "./late-rule-strings.ts";
import { lostTo } from "./lost-to.ts";
import styles from "./stopped.module.css";

export function LateRule({ dimm }: { readonly dimm: string }) {
  const playground = usePlayground();
  const blocks = usePlaygroundState(
    useShallow(({ records }) => (records.dimm[dimm]?.blocks ?? []).map((key) => records.block[key])),
  );
  const partition = usePlaygroundState(({ records }) => records.partition[blocks[0]?.partition ?? ""]);
  const lost = lostTo(blocks.filter((block) => block !== undefined));
  if (!lost || !partition) return null;
  const { by, word, zones, count, harmless } = lost;
  const acts = by === "auto-online" && partition.autoOnline !== "offline";
  return (
    <section className={styles.stopped} data-late-rule={dimm} aria-labelledby={`late-${dimm}`}>
      <div role="status">
        <h3 id={`late-${dimm}`}>{words.head(word)}</h3>
      </div>
      <p>{words.first[by](dimm, count, blocks.length, zones)}</p>
      <p>{harmless ? words.harmless(word) : words.stays(word)}</p>
      {by === "auto-online" && <p>{acts ? words.remedy : words.now}</p>}
      {acts && (
        <button
          type="button"
          onClick={() =>
            void playground.send({ do: "write", partition: partition.key, path: AUTO_ONLINE_FILE, text: "offline" })
          }
        >
          {words.act}
        </button>
      )}
    </section>
  );
}
