/** The machine of an exercise: its nodes, DIMMs and memory blocks, and what is in each, as a row of tiles. */
import { useEffect, useState } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { MAP_KIND_MASK } from "../../protocol/messages.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { BlockRecord, NodeRecord } from "../../protocol/records.ts";
import { predictStrings as strings } from "./strings.ts";
import styles from "./predict.module.css";

/** Kinds of page that are drawn alike: `kinds` are indices of a block's own list. */
export interface KindGroup {
  readonly id: string;
  /** Custom property that holds its colour. */
  readonly token: string;
  readonly label: string;
  readonly kinds: readonly number[];
}

interface PictureProps {
  readonly groups: readonly KindGroup[];
  /** Blocks (keys) that the question is about. */
  readonly asked: readonly string[];
  /** Of those blocks it matters where in them something lies. */
  readonly inDetail?: boolean;
}

/** Groups that say nothing about who is there. */
const EMPTY: ReadonlySet<string> = new Set(["free", "offline"]);

const countOf = ({ kinds }: BlockRecord, group: KindGroup): number =>
  group.kinds.reduce((sum, kind) => sum + (kinds[kind] ?? 0), 0);

export function MachinePicture({ groups, asked, inDetail = false }: PictureProps) {
  const records = usePlaygroundState((state) => state.records);
  const shown = groups.filter(
    (group) =>
      !EMPTY.has(group.id) &&
      Object.values(records.block).some((block) => block.state !== "offline" && countOf(block, group) > 0),
  );
  return (
    <section className={styles.picture} aria-label={strings.machine}>
      {Object.values(records.partition).map(({ key, kernel, cmdline, nodes }) => (
        <div key={key}>
          <p className={styles.boot}>
            <b>{strings.kernel(kernel)}</b> {cmdline === "" ? strings.noOptions : <code>{cmdline}</code>}
          </p>
          {nodes.map((node) => {
            const record = records.node[node];
            return (
              record && (
                <NodePicture
                  key={node}
                  node={record}
                  blocks={records.block}
                  groups={shown}
                  asked={asked}
                  inDetail={inDetail}
                />
              )
            );
          })}
        </div>
      ))}
      {shown.length > 0 && (
        <ul className={styles.legend} aria-label={strings.legend}>
          {shown.map(({ id, token, label }) => (
            <li key={id}>
              <i style={{ background: `var(${token})` }} aria-hidden />
              {label}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface NodePictureProps extends PictureProps {
  readonly node: NodeRecord;
  readonly blocks: Readonly<Record<string, BlockRecord>>;
}

function NodePicture({ node, blocks, groups, asked, inDetail = false }: NodePictureProps) {
  const own = node.blocks.flatMap((key) => blocks[key] ?? []);
  // Blocks beside each other that lie on one DIMM, or are on-board.
  const parts: { readonly dimm: string | null; readonly blocks: BlockRecord[] }[] = [];
  for (const block of own) {
    const last = parts.at(-1);
    if (last && last.dimm === block.dimm) last.blocks.push(block);
    else parts.push({ dimm: block.dimm, blocks: [block] });
  }
  return (
    <div className={styles.node}>
      <h4>{strings.node(node.id, node.cpus)}</h4>
      <div className={styles.parts}>
        {parts.map((part) => (
          <div key={part.blocks[0]?.key} className={styles.part} style={{ flexGrow: part.blocks.length }}>
            <p>{part.dimm ?? strings.onBoard}</p>
            <ul>
              {part.blocks.map((block) => (
                <Tile key={block.key} block={block} groups={groups} asked={asked.includes(block.key)} />
              ))}
            </ul>
          </div>
        ))}
      </div>
      {inDetail &&
        asked
          .filter((key) => node.blocks.includes(key))
          .map((key) => <Strip key={key} node={node.key} block={key} groups={groups} />)}
    </div>
  );
}

interface StripProps {
  readonly node: string;
  readonly block: string;
  readonly groups: readonly KindGroup[];
}

/** A block from its first pageblock to its last, by what most of each is. */
function Strip({ node, block, groups }: StripProps) {
  const playground = usePlayground();
  const [kinds, setKinds] = useState<readonly number[]>([]);
  useEffect(() => {
    playground.select({ node });
    return playground.onFrame(() => {
      const map = playground.pageblockMap(block);
      if (map)
        setKinds((before) =>
          before.length === map.length && before.every((kind, i) => kind === map[i]) ? before : [...map],
        );
    });
  }, [playground, node, block]);
  const groupOf = (kind: number): KindGroup | undefined =>
    groups.find((group) => group.kinds.includes(kind & MAP_KIND_MASK));
  const labels = kinds.map((kind) => groupOf(kind)?.label ?? strings.free);
  const runs = labels.filter((label, i) => label !== labels[i - 1]);
  return (
    <div className={styles.strip}>
      <p>{strings.strip}</p>
      <div aria-hidden>
        {kinds.map((kind, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pageblock is its place.
          <i key={i} style={{ background: `var(${groupOf(kind)?.token ?? "--kind-free"})` }} />
        ))}
      </div>
      <span className={styles.hidden}>{strings.stripSaid(runs.join(", "))}</span>
    </div>
  );
}

/** A machine that is switched on for the answer: what is built in, and no more. */
export function PlanPicture({ scenario }: { readonly scenario: Scenario }) {
  return (
    <section className={styles.picture} aria-label={strings.machine}>
      {scenario.box.partitions.map(({ id, kernel, cmdline, nodes }) => (
        <div key={id}>
          <p className={styles.boot}>
            <b>{strings.kernel(kernel)}</b> {cmdline === "" ? strings.noOptions : <code>{cmdline}</code>}
          </p>
          {nodes.map(({ onboard, cpus }, node) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a node is its number.
            <div key={node} className={styles.node}>
              <h4>{strings.node(node, cpus)}</h4>
              <p>{strings.memory(onboard / 2 ** 20)}</p>
              <div
                className={styles.plan}
                style={{ inlineSize: `${Math.min(100, (onboard / 2 ** 30) * 60)}%` }}
                aria-hidden
              />
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}

interface TileProps {
  readonly block: BlockRecord;
  readonly groups: readonly KindGroup[];
  readonly asked: boolean;
}

function Tile({ block, groups, asked }: TileProps) {
  const { state, zone, number, pages, pinned } = block;
  const off = state === "offline";
  const inIt = off
    ? []
    : groups.map((group) => ({ group, count: countOf(block, group) })).filter(({ count }) => count > 0);
  const where = off ? strings.offline : (zone ?? strings.several);
  return (
    <li className={styles.tile} data-state={state} data-zone={zone ?? undefined} data-asked={asked || undefined}>
      <code>memory{number}</code>
      <span className={styles.fill} aria-hidden>
        {inIt.map(({ group, count }) => (
          <i
            key={group.id}
            style={{ blockSize: `max(3px, ${(100 * count) / pages}%)`, background: `var(${group.token})` }}
          />
        ))}
        {pinned > 0 && <b>{strings.heldShort}</b>}
      </span>
      <span>{state === "going-offline" ? strings.emptying : where}</span>
      <span className={styles.hidden}>
        {inIt.map(({ group, count }) => `${strings.pages(count, group.label)}; `)}
        {pinned > 0 && strings.pinned(pinned)}
      </span>
    </li>
  );
}
