/** What is marked on the page map: the page under the pointer, the chosen one, and the one that is to blame. */
import { useWordChanges } from "../../client/language/react.ts";
import { memo } from "react";
import { calloutAt } from "./callout.ts";
import styles from "./page-map.module.css";
import { pageRect } from "./page-geometry.ts";
import type { PlacedLayout } from "./page-scene.ts";

interface PageMarkersProps {
  readonly placed: PlacedLayout;
  readonly chosen: number | null;
  readonly hovered: number | null;
  readonly culprit: { readonly page: number; readonly text: string } | null;
}

/** CSS pixels where text has its usual size: how far a frame stands off its page. */
const STAND_OFF = 3;

export const PageMarkers = memo(function PageMarkers({ placed, chosen, hovered, culprit }: PageMarkersProps) {
  useWordChanges();
  const { layout, ratio, unit } = placed;
  const scale = unit / ratio;
  const width = (layout.width + 2 * layout.gap) / ratio;
  const height = (layout.height + 2 * layout.gap) / ratio;
  const boxOf = (page: number) => {
    const rect = pageRect(layout, page);
    return {
      x: (rect.x + layout.gap) / ratio,
      y: (rect.y + layout.gap) / ratio,
      width: rect.width / ratio,
      height: rect.height / ratio,
    };
  };
  const blamed = culprit && boxOf(culprit.page);
  const centre = blamed && { x: blamed.x + blamed.width / 2, y: blamed.y + blamed.height / 2 };
  const callout = centre && calloutAt(centre, width, height, scale);

  return (
    <>
      <svg className={styles.markers} width={width} height={height} aria-hidden="true">
        {hovered !== null && <Frame box={boxOf(hovered)} standOff={STAND_OFF * scale} className={styles.hoveredPage} />}
        {chosen !== null && chosen !== culprit?.page && (
          <Frame box={boxOf(chosen)} standOff={STAND_OFF * scale} className={styles.chosenPage} />
        )}
        {centre && callout && (
          <g className={styles.culpritPage}>
            <line className={styles.halo} x1={centre.x} y1={centre.y} x2={callout.to.x} y2={callout.to.y} />
            <circle className={styles.halo} cx={centre.x} cy={centre.y} r={callout.ring} />
            <line x1={callout.from.x} y1={callout.from.y} x2={callout.to.x} y2={callout.to.y} />
            <circle cx={centre.x} cy={centre.y} r={callout.ring} />
          </g>
        )}
      </svg>
      {culprit && callout && (
        <span
          className={styles.culpritLabel}
          style={{
            [callout.right ? "left" : "right"]: `${callout.right ? callout.to.x : width - callout.to.x}px`,
            top: `${callout.top}px`,
            maxInlineSize: `${callout.right ? width - callout.to.x : callout.to.x}px`,
          }}
        >
          {culprit.text}
        </span>
      )}
    </>
  );
});

function Frame({
  box,
  standOff,
  className,
}: {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly standOff: number;
  readonly className: string | undefined;
}) {
  const frame = {
    x: box.x - standOff,
    y: box.y - standOff,
    width: box.width + 2 * standOff,
    height: box.height + 2 * standOff,
    rx: 2,
  };
  return (
    <g className={className}>
      <rect className={styles.halo} {...frame} />
      <rect {...frame} />
    </g>
  );
}
