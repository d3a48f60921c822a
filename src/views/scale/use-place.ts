/** Where one is in all memory, level by level, and what the camera is to show; what is selected elsewhere is gone to. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { frameOf, type Memory, pathTo } from "./memory.ts";
import { clampPath, type Depth, parentOf, type Path, type Rect, type World } from "./world.ts";

const START: Path = [0, 0, 0, 0];
const NOWHERE: Aim = { rect: { x: 0, y: 0, width: 1, height: 1 }, jump: true };

/** A part of the plane for the camera; `jump`: at once. */
export interface Aim {
  readonly rect: Rect;
  readonly jump: boolean;
}

interface Going {
  readonly jump?: boolean;
  /** Selects it for all views. */
  readonly tell?: boolean;
  /** The camera goes there, too. */
  readonly camera?: boolean;
}
export type Go = (to: Path, level: Depth, how?: Going) => void;

export interface Place {
  readonly path: Path;
  readonly depth: Depth;
  readonly aim: Aim;
  readonly go: Go;
}

export function usePlace(memory: Memory | null, world: World | null): Place {
  const playground = usePlayground();
  const selected = usePlaygroundState((state) => state.selection);
  const blocks = usePlaygroundState((state) => state.records.block);
  const [place, setPlace] = useState<{ readonly path: Path; readonly depth: Depth }>({ path: START, depth: 0 });
  const [target, setTarget] = useState<{ readonly path: Path; readonly depth: Depth; readonly jump: boolean }>({
    path: START,
    depth: 0,
    jump: true,
  });
  const path = useMemo(() => (world ? clampPath(world, place.path) : place.path), [world, place.path]);
  const { depth } = place;
  const aim = useMemo(
    () => (world ? { rect: parentOf(world, clampPath(world, target.path), target.depth), jump: target.jump } : NOWHERE),
    [world, target],
  );

  /** Goes to a mark, and shows it: the camera to what it is in. */
  const go = useCallback<Go>(
    (to, level, { jump = false, tell = true, camera = true } = {}) => {
      setPlace({ path: to, depth: level });
      if (camera) setTarget({ path: to, depth: level, jump });
      if (!tell || memory === null) return;
      const node = memory.nodes[to[0]];
      const block = node?.blocks[to[1]];
      if (!node || !block) return;
      const pfn = frameOf(memory, to);
      if (level === 0) playground.select({ node: node.record.key });
      else playground.select({ node: node.record.key, block: block.key, pfn: level === 3 ? pfn : null });
    },
    [memory, playground],
  );

  // What is selected elsewhere is gone to here.
  const reached = useRef("");
  useEffect(() => {
    const key = `${selected.node} ${selected.block} ${selected.pfn}`;
    if (!memory || reached.current === key) return;
    const first = reached.current === "";
    reached.current = key;
    const here = memory.nodes[path[0]]?.blocks[path[1]]?.key;
    const block = selected.block === null ? undefined : blocks[selected.block];
    const to = block && pathTo(memory, selected.pfn ?? block.startPfn);
    if (to && selected.pfn !== null && (frameOf(memory, path) !== selected.pfn || depth !== 3))
      go(to, 3, { tell: false, jump: first });
    else if (to && selected.pfn === null && (here !== block.key || first))
      // To begin with, the whole box is seen.
      go(to, first ? 0 : 1, { tell: false, jump: first });
    else if (!to && selected.node !== null) {
      const node = memory.nodes.findIndex(({ record }) => record.key === selected.node);
      if (node >= 0 && node !== path[0]) go([node, 0, 0, 0], 0, { tell: false, jump: first });
    }
  }, [memory, blocks, selected, path, depth, go]);

  return { path, depth, aim, go };
}
