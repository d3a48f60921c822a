/**
 * The box: a chassis with hardware partitions, their nodes, slots and DIMMs, and the spare shelf. See ./README.md for
 * how a DIMM is moved; ./carriage.ts is where the path starts.
 */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { useLateCode, onceSeen } from "../../client/late-code.ts";
import { usePlayground, useRendersNow } from "../../client/react.tsx";
import styles from "./box.module.css";
import { type Carriage, createCarriage, type Focuser } from "./carriage.ts";
import { type CellPainter, createCellPainter } from "./cell-painter.ts";
import { BoxContext, type BoxParts, useBox, useCarriage } from "./context.ts";
import type { Flip } from "./flip.ts";
import { Held } from "./Held.tsx";
import { attachKeyboard } from "./keyboard.ts";
import { Partition } from "./Partition.tsx";
import { attachPointer, type PointerInput } from "./pointer.ts";
import { Shelf } from "./Shelf.tsx";
import { boxStrings } from "./strings.ts";

/** From so many slots on, each shows only what it must. */
const DENSE_SLOTS = 40;

const loadLate = () => import("./box-extras.ts");

interface Works {
  readonly carriage: Carriage;
  readonly painter: CellPainter;
}

const NONE: readonly string[] = [];

/** `asked`: DIMMs that a question is about, which stands above the box then. */
export function BoxView({ asked = NONE }: { readonly asked?: readonly string[] }) {
  const playground = usePlayground();
  const rendersNow = useRendersNow();
  const root = useRef<HTMLElement>(null);
  const [works, setWorks] = useState<Works | null>(null);

  useLayoutEffect(() => {
    const focus: Focuser = (on) => focusIn(root.current, on);
    const made: Works = {
      carriage: createCarriage(playground, focus, rendersNow),
      painter: createCellPainter(playground),
    };
    setWorks(made);
    return () => {
      made.carriage.dispose();
      made.painter.destroy();
    };
  }, [playground, rendersNow]);

  return (
    <section ref={root} className={styles.box} data-box="" aria-label={boxStrings.rootLabel}>
      {works ? <Box root={root} works={works} asked={asked} /> : null}
    </section>
  );
}

interface BoxProps {
  readonly root: React.RefObject<HTMLElement | null>;
  readonly works: Works;
  readonly asked: readonly string[];
}

function Box({ root, works, asked }: BoxProps) {
  const { carriage, painter } = works;
  const scroller = useRef<HTMLDivElement>(null);
  const pointer = useRef<PointerInput>(null);
  const [menu, setMenu] = useState<string | null>(null);
  const code = useLateCode(loadLate, "MoveMenu");
  const openMenu = useCallback(
    (dimm: string) => {
      carriage.dispatch({ type: "cancel" });
      setMenu(dimm);
      code.fetch().catch(() => {
        // Without it the DIMM is picked up instead: that leads to the same places.
        setMenu(null);
        carriage.dispatch({ type: "lift", dimm, by: "keys" });
      });
    },
    [carriage, code.fetch],
  );
  const dense = useStore(carriage.store, ({ floor }) => floor.slots.length >= DENSE_SLOTS);
  const parts = useMemo<BoxParts>(
    () => ({ carriage, painter, openMenu, asked, dense, dress: (avatar) => pointer.current?.dress(avatar) }),
    [carriage, painter, openMenu, asked, dense],
  );

  useLayoutEffect(() => carriage.ask(asked), [carriage, asked]);
  useEffect(() => {
    const element = root.current;
    if (!element || !scroller.current) return undefined;
    const input = attachPointer(element, scroller.current, carriage);
    const stopKeys = attachKeyboard(element, carriage, openMenu);
    pointer.current = input;
    const listening = new AbortController();
    element.addEventListener("focusin", (event) => rememberFocus(carriage, event.target), { signal: listening.signal });
    element.addEventListener("contextmenu", (event) => onContextMenu(event, openMenu), { signal: listening.signal });
    return () => {
      input.detach();
      stopKeys();
      listening.abort();
      pointer.current = null;
    };
  }, [root, carriage, openMenu]);
  useMotion(root, carriage);

  const closeMenu = useCallback(
    (focus: "back" | "stay") => {
      if (focus === "back" && menu !== null) focusIn(root.current, { dimm: menu });
      setMenu(null);
    },
    [root, menu],
  );
  return (
    <BoxContext value={parts}>
      <div className={styles.inside} data-dense={dense || undefined}>
        <Head />
        <Floors scroller={scroller} />
        <Shelf />
      </div>
      <Ribbons root={root} />
      <Held />
      {menu === null || code.here === null ? null : (
        <code.here.MoveMenu key={menu} dimm={menu} anchor={handleOf(root.current, menu)} onClose={closeMenu} />
      )}
      <Voice />
    </BoxContext>
  );
}

/** Ways of pages from module to module; who does not see them hears of them in the verdict. */
function Ribbons({ root }: { readonly root: React.RefObject<HTMLElement | null> }) {
  const playground = usePlayground();
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let stops: (() => void) | null = null;
    let stays = true;
    const draw = ({ createRibbons }: typeof import("./box-extras.ts")) => {
      if (stays && root.current && layer.current) stops = createRibbons(root.current, layer.current, playground);
    };
    // Nothing moves in the first picture. Without them the verdict says all the same where pages go.
    const stopWaiting = onceSeen(playground, () => loadLate().then(draw, () => {}));
    return () => {
      stays = false;
      stopWaiting();
      stops?.();
    };
  }, [root, playground]);
  return <div ref={layer} className={styles.ribbons} aria-hidden="true" data-ribbons="" />;
}

function Head() {
  const partitions = useCarriage(({ floor }) => floor.partitions.length);
  const carrying = useCarriage(({ carry }) => carry.carrying !== null);
  const { asked } = useBox();
  const [answered, setAnswered] = useState(asked);
  if (asked.length > 0 && answered !== asked) setAnswered(asked);
  if (asked.length > 0)
    return (
      <header className={styles.head} data-asking="">
        <h2 className="visually-hidden">{boxStrings.title}</h2>
        <Question about={asked} />
        <span className={styles.hint}>
          <span className={styles.forMouse}>{carrying ? boxStrings.hintCarrying : boxStrings.questionKeys}</span>
          <span className={styles.forTouch}>{carrying ? boxStrings.hintCarryingTouch : boxStrings.questionTouch}</span>
        </span>
      </header>
    );
  return (
    <header className={styles.head}>
      {/* It keeps the lines that the question had: all that is below would move when it is answered. */}
      {answered.length > 0 && (
        <span className={styles.answered} aria-hidden>
          <Question about={answered} />
          <span className={styles.hint}>{boxStrings.questionKeys}</span>
        </span>
      )}
      <h2>{boxStrings.title}</h2>
      <span className={styles.subtitle}>
        {partitions === 0 ? boxStrings.starting : boxStrings.subtitle(partitions)}
      </span>
      <span className={styles.hint} data-carrying={carrying || undefined}>
        <span className={styles.forMouse}>{carrying ? boxStrings.hintCarrying : boxStrings.hint}</span>
        <span className={styles.forTouch}>{carrying ? boxStrings.hintCarryingTouch : boxStrings.hintTouch}</span>
      </span>
    </header>
  );
}

function Question({ about }: { readonly about: readonly string[] }) {
  return (
    <span className={styles.question}>
      <b>{boxStrings.question}</b> {boxStrings.questionAbout(about)}
    </span>
  );
}

function Floors({ scroller }: { readonly scroller: React.RefObject<HTMLDivElement | null> }) {
  const partitions = useCarriage(({ floor }) => floor.partitions);
  return (
    <div ref={scroller} className={styles.floor}>
      <p className="visually-hidden">{boxStrings.itemsHelp}</p>
      <ul className={styles.partitions}>
        {partitions.map((partition) => (
          <Partition key={partition.key} partition={partition} />
        ))}
      </ul>
    </div>
  );
}

function Voice() {
  const spoken = useCarriage((state) => state.spoken);
  return (
    <p className="visually-hidden" role="status" aria-live="polite" data-voice="">
      {spoken}
    </p>
  );
}

/** Slides what moved, and finds the focus again where what had it has gone. */
function useMotion(root: React.RefObject<HTMLElement | null>, carriage: Carriage): void {
  const playground = usePlayground();
  const flip = useRef<Flip>(null);
  const focused = useRef<Parameters<Focuser>[0] | null>(null);
  const floor = useStore(carriage.store, (state) => state.floor);
  const drops = useStore(carriage.store, (state) => state.carry.drops);
  const inHand = useStore(carriage.store, (state) => state.carry.carrying?.by === "pointer");

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    let stays = true;
    // Nothing slides in the first picture.
    const stopWaiting = onceSeen(playground, () =>
      loadLate().then(
        ({ createFlip }) => {
          if (stays) flip.current = createFlip(element);
        },
        () => {},
      ),
    );
    let { scenario } = playground.store.getState();
    // The store tells us before React has changed the page: this is how it looked before.
    const stop = carriage.store.subscribe((state, previous) => {
      const dropped = previous.carry.carrying?.by === "pointer" && state.carry.carrying === null;
      if (state.floor === previous.floor && state.carry.drops === previous.carry.drops && !dropped) return;
      const { scenario: now } = playground.store.getState();
      // A DIMM by the same name in another machine is another DIMM: it came from nowhere.
      if (state.floor === previous.floor || now === scenario) flip.current?.capture();
      if (state.floor !== previous.floor) scenario = now;
      const active = element.ownerDocument.activeElement;
      focused.current = element.contains(active) ? focusOf(active as HTMLElement) : null;
    });
    return () => {
      stays = false;
      flip.current = null;
      stopWaiting();
      stop();
    };
  }, [root, carriage, playground]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what can move a module.
  useLayoutEffect(() => {
    flip.current?.play();
    const had = focused.current;
    focused.current = null;
    if (had === null || document.activeElement !== document.body) return;
    // The DIMM that had the focus went elsewhere; or the free slot that had it holds a DIMM now.
    const dimm = "dimm" in had ? had.dimm : floor.slotByKey.get(had.place)?.dimm;
    if (dimm != null) focusIn(root.current, { dimm });
  }, [floor, drops, inHand]);
}

function focusOf({ dataset }: HTMLElement): Parameters<Focuser>[0] | null {
  if (dataset.handle !== undefined) return { dimm: dataset.handle };
  return dataset.spot === undefined ? null : { place: dataset.spot };
}

const handleOf = (root: HTMLElement | null, dimm: string) =>
  root?.querySelector<HTMLElement>(`[data-handle="${CSS.escape(dimm)}"]`) ?? null;

function focusIn(root: HTMLElement | null, on: Parameters<Focuser>[0]): void {
  const element =
    "dimm" in on ? handleOf(root, on.dimm) : root?.querySelector<HTMLElement>(`[data-spot="${CSS.escape(on.place)}"]`);
  element?.focus();
}

function rememberFocus(carriage: Carriage, target: EventTarget | null): void {
  const item = (target as Element | null)?.closest<HTMLElement>("[data-item]")?.dataset.item;
  if (item !== undefined && item !== carriage.store.getState().lastItem) carriage.store.setState({ lastItem: item });
}

function onContextMenu(event: MouseEvent, openMenu: (dimm: string) => void): void {
  const dimm = (event.target as Element).closest<HTMLElement>("[data-handle]")?.dataset.handle;
  if (dimm === undefined) return;
  event.preventDefault();
  openMenu(dimm);
}
