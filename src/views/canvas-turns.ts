/** Who paints in a display frame: a panel that renders, or the canvases beside it. */

/**
 * For a canvas that may wait: whether it leaves this display frame to a panel that renders in it (`FrameInfo.panel`). It never
 * waits twice in a row.
 */
export function takingTurns(): (panel: boolean) => boolean {
  let rested = false;
  return (panel) => {
    rested = panel && !rested;
    return rested;
  };
}
