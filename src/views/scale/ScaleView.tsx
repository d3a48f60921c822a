/**
 * All memory of a partition: from the box to one page as one continuous zoom with four stops, and a search over all pages.
 * Where there is room the stops stand side by side. What is drawn is one instant's, as records and the look brought it.
 */
import { machineWords } from "../../client/machine-words.ts";
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import type { RecordTables } from "../../client/playground.ts";
import { MOST_IN_DETAIL } from "../../protocol/messages.ts";
import { PAGE_SIZE, PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { ShowChanges, Since } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import { useEarlier } from "../changes/use-earlier.ts";
import { displayGroups } from "../kinds.ts";
import { partitionInView } from "../partition-in-view.ts";
import { useRoom } from "../use-room.ts";
import { inRows, sentence, trail } from "./describe.ts";
import { frameOf, Known, memoryOf, pathTo } from "./memory.ts";
import { MemoryChanges, type MemorySummary } from "./memory-changes.ts";
import { Legend } from "./Legend.tsx";
import { Minimap } from "./Minimap.tsx";
import { PageCard } from "./PageCard.tsx";
import { FoundList } from "./FoundList.tsx";
import { inDetail } from "./painter.ts";
import { type Seen, Zoom } from "./Picture.tsx";
import frame from "../frame.module.css";
import styles from "./scale.module.css";
import { ScaleHead } from "./ScaleHead.tsx";
import { SearchBox } from "./SearchBox.tsx";
import { boxSizeOf, inStops, NARROW, Stops } from "./Stops.tsx";
import { useWords } from "../../client/language/react.ts";
import { scaleStrings as words } from "./strings.ts";
import { Twin } from "./Twin.tsx";
import { useHits } from "./use-hits.ts";
import { usePlace } from "./use-place.ts";
import { useSearch } from "./use-search.ts";
import { type Depth, gridOf, layWorld, type Path, withMark } from "./world.ts";
import { useTwin } from "../use-twin.ts";

export interface ScaleViewProps {
  readonly tabs?: ReactNode;
  /** Takes the field that is searched from, for a key that leads there. */
  readonly search?: RefObject<HTMLInputElement | null>;
}

/** CSS pixels from which on the stops stand side by side, and from which on the box stands above them. */
const WIDE = 1200;
const TALL = 560;

export function ScaleView({ tabs, search }: ScaleViewProps) {
  const playground = usePlayground();
  const selected = usePlaygroundState((state) => state.selection);
  const records = usePlaygroundState((state) => state.records);
  const looked = usePlaygroundState((state) => state.looked);
  const processes = records.process;
  const status = usePlaygroundState((state) => state.status);
  const partition = partitionInView({ selection: selected, records });
  const memory = useMemo(() => (partition === null ? null : memoryOf(records, partition)), [records, partition]);
  const [text, setText] = useState("");
  const both = useTwin();
  const { asTable } = both;
  const now = usePlaygroundState((state) => (asTable ? state.now : 0));
  const [sides, setSides] = useState<boolean | null>(null);
  const [says, setSays] = useState("");
  const [room, size] = useRoom();
  const figure = useRef<HTMLElement>(null);
  const own = useRef<HTMLInputElement>(null);
  const zoomer = useRef<((factor: number) => void) | null>(null);
  const seen = useRef<Seen | null>(null);
  const [title, twin] = [useId(), useId()];
  const input = search ?? own;
  const found = useSearch(partition, text);
  const hits = found && found.text === text && found.problem === null ? found.blocks : null;

  const earlier = useEarlier();
  const changes = useMemo(
    () => (earlier && partition !== null ? new MemoryChanges(earlier, partition) : null),
    [earlier, partition],
  );
  const known = useMemo(() => new Known(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another partition is other memory.
  useMemo(() => known.clear(), [partition, known]);
  const told = looked?.look.of === "scale" && looked.look.partition === partition ? looked.look.details : null;
  useMemo(() => told && known.take(told), [told, known]);

  const wide = (sides ?? true) && size.width >= WIDE;
  const tall = wide && size.height >= TALL;
  const counts = memory?.nodes.map(({ blocks }) => blocks.length).join() ?? "";
  const boxSize = boxSizeOf(size, wide, tall);
  const pagesOfBlock = memory?.pagesOfBlock ?? null;
  const world = useMemo(
    () =>
      pagesOfBlock === null || boxSize.width === 0
        ? null
        : layWorld(counts.split(",").map(Number), pagesOfBlock, boxSize.width, boxSize.height),
    [counts, pagesOfBlock, boxSize.width, boxSize.height],
  );
  const place = usePlace(memory, world);
  const { path, depth, aim, go } = place;

  const look = useCallback(() => {
    if (partition === null || !world || !memory) return;
    const wanted = asTable
      ? inRows(memory, path, depth)
      : wide
        ? inStops(world, memory, path, size)
        : seen.current
          ? inDetail(seen.current.view, world, memory, seen.current.size)
          : { blocks: [], pageblocks: [] };
    playground.look({
      of: "scale",
      partition,
      blocks: wanted.blocks.slice(0, MOST_IN_DETAIL),
      pageblocks: wanted.pageblocks.slice(0, MOST_IN_DETAIL),
    });
  }, [partition, world, memory, asTable, wide, path, depth, size, playground]);
  useEffect(() => look(), [look]);
  useEffect(() => () => playground.look(null), [playground]);

  // Said once the cursor rests, as one sentence.
  // biome-ignore lint/correctness/useExhaustiveDependencies: figures that move are no reason to speak; another place is.
  useEffect(() => {
    const timer = setTimeout(
      () => setSays(memory && world ? sentence({ memory, known, found: hits, changes }, path, depth) : ""),
      250,
    );
    return () => clearTimeout(timer);
  }, [path, depth, world === null]);

  const enter = (to: Path, level: Depth) => go(to, Math.min(3, level + 1) as Depth);
  const leave = () => {
    if (depth > 0) go(path, (depth - 1) as Depth);
  };
  const { hit, hitIn } = useHits({ partition, memory, world, place, text, seen: wide ? null : seen, say: setSays });

  const onKey = (event: KeyboardEvent) => {
    if (!world || event.ctrlKey || event.metaKey || event.altKey) return;
    const { count, columns } = gridOf(world, path, depth);
    const at = path[depth];
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step !== undefined) {
      const to = at + step;
      if (to >= 0 && to < count) go(withMark(path, depth, to), depth, { camera: false });
    } else if (event.key === "Enter") enter(path, depth);
    else if (event.key === "Escape" && depth > 0) leave();
    else if (event.key === "Home") go(withMark(path, 0, path[0]), 0);
    else if (event.key === "+" || event.key === "=") {
      if (wide) enter(path, depth);
      else zoomer.current?.(1.5);
    } else if (event.key === "-") {
      if (wide) leave();
      else zoomer.current?.(1 / 1.5);
    } else if (event.key.toUpperCase() === "N" && text !== "") void hit(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const said = useWords(words);
  const titles = useMemo(
    () =>
      memory?.nodes.map(({ record, blocks }) => {
        let count = 0;
        if (hits && hits.size > 0) for (const { number } of blocks) count += hits.get(number) ?? 0;
        const facts =
          count > 0 ? said.found(count) : said.free(record.totalBytes === 0 ? 0 : record.freeBytes / record.totalBytes);
        return [said.node(record.id), facts, count] as const;
      }) ?? null,
    [said, memory, hits],
  );
  const record = partition === null ? undefined : records.partition[partition];
  const scene = memory && world ? { world, memory, known, found: hits, changes, titles } : null;
  const pfn = memory ? frameOf(memory, path) : null;
  const foundNodes = titles?.filter(([, , count]) => count > 0).length ?? 0;
  const goToPage = (frame: number) => {
    const to = memory && pathTo(memory, frame);
    if (to) go(to, 3);
  };
  const onMark = (to: Path, level: Depth, inside: boolean) => {
    if (inside) enter(to, level);
    else go(to, level, { camera: false });
  };
  const common = { describedBy: twin, onKey, onMark };
  const suggestions = useMemo(() => suggested(processes, partition), [processes, partition]);

  return (
    <section
      className={`${frame.panel} ${styles.panel}`}
      aria-labelledby={title}
      data-at={looked?.at ?? ""}
      onKeyDown={both.onKeyDown}
    >
      <ScaleHead
        {...{ tabs, title, twin, memory, partition, place, both, zoomer }}
        sides={size.width >= WIDE ? wide : null}
        onSides={setSides}
      />
      <div className={styles.asked}>
        <SearchBox
          input={input}
          text={text}
          found={found}
          nodes={foundNodes}
          suggestions={suggestions}
          onAsk={setText}
          onHit={(step) => void hit(step)}
        />
        <ShowChanges />
        {memory && <Legend memory={memory} searched={hits !== null} />}
      </div>
      {earlier && memory && changes && <Since earlier={earlier} parts={inWords(changes.summary(memory))} />}
      <div ref={room} className={styles.room} data-wide={wide || undefined} data-tall={tall || undefined}>
        {!scene || !memory || !world || !record ? (
          <p className={styles.hint}>{status === "starting" ? words.starting : words.none}</p>
        ) : asTable ? (
          <Twin
            told={scene}
            path={path}
            depth={depth}
            marks={gridOf(world, path, depth).count}
            caption={words.table.caption(
              (now / 1e9).toFixed(6),
              trail(memory, path, depth, 0)
                .slice(1)
                .map(([name]) => name)
                .join(" › ") || machineWords.partition(record.name),
            )}
            onGo={(to, level) => go(to, level)}
            onChoose={(to) => go(to, 3)}
          />
        ) : wide ? (
          <Stops
            {...common}
            scene={scene}
            path={path}
            depth={depth}
            partition={record.key}
            pfn={pfn}
            onGo={goToPage}
            onStep={(step, level, under) => (step > 0 ? enter(under ?? path, level) : leave())}
          />
        ) : (
          <>
            <Zoom
              {...common}
              figure={figure}
              scene={scene}
              label={words.figure.zoom}
              cursor={{ path, depth, strong: true }}
              target={aim}
              zoomer={zoomer}
              onView={(view, of) => {
                seen.current = { view, size: of };
                look();
              }}
              onZoomed={(to, level) => go(to, level, { camera: false, tell: false })}
            />
            {size.width < NARROW && hits && (
              <FoundList memory={memory} found={hits} onGo={(block) => void hitIn(block)} />
            )}
            {depth === 3 && <PageCard partition={record.key} pfn={pfn} onGo={goToPage} />}
          </>
        )}
      </div>
      {memory && pfn !== null && (
        <Minimap
          memory={memory}
          found={hits}
          node={path[0]}
          block={path[1]}
          pfn={pfn}
          told={tall && !asTable}
          onGo={(node, block) => go([node, block, 0, 0], Math.max(1, depth) as Depth)}
        />
      )}
      <p className={styles.foot}>
        {memory && words.scale(memory.pagesOfBlock / PAGEBLOCK_PAGES, memory.pagesOfBlock * PAGE_SIZE)}{" "}
        <span>{words.keys}</span>
      </p>
      <p className="visually-hidden" aria-live="polite">
        {says}
      </p>
    </section>
  );
}

/** The largest process, and what there is always something of. */
function suggested(process: RecordTables["process"], partition: string | null): readonly string[] {
  const [largest] = Object.values(process)
    .filter((one) => one.partition === partition && one.pages > 0)
    .sort((a, b) => b.pages - a.pages);
  return [...(largest ? [`pid ${largest.pid}`] : []), "pinned", "dentry", "unmovable older than 2 ms"];
}

/** Groups that are told; smaller changes are in the table. */
const MOST_GROUPS = 4;

function inWords({ came, gone, differ, groups }: MemorySummary): readonly string[] {
  const told = words.changes;
  return [
    ...(came > 0 ? [told.came(came)] : []),
    ...(gone > 0 ? [told.gone(gone)] : []),
    ...(differ > 0 ? [told.differ(differ)] : []),
    ...groups.slice(0, MOST_GROUPS).map(([id, by]) => {
      const label = displayGroups.find((group) => group.id === id)?.label ?? id;
      return told.group(label, changeStrings.byAmount(by));
    }),
  ];
}
