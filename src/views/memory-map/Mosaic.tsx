/** A block in small, pageblock by pageblock, as it is from frame to frame. */
import { useEffect, useRef } from "react";
import { usePlayground } from "../../client/react.tsx";
import { kindToken } from "../kinds.ts";
import styles from "./page-map.module.css";
import { gatherMosaic, MOSAIC_CELLS } from "./mosaic.ts";
import { colourReader, onThemeChange } from "./theme-colours.ts";
import { MOSAIC } from "./tile-geometry.ts";

/** `block`: its key; somebody has to watch it. */
export function Mosaic({ block, label }: { readonly block: string; readonly label: string }) {
  const playground = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    const image = context?.createImageData(MOSAIC, MOSAIC);
    const cells = new Uint8Array(MOSAIC_CELLS);
    let colour = colourReader();
    const draw = () => {
      const map = playground.pageblockMap(block);
      if (!map || !context || !image) return;
      gatherMosaic(map, cells);
      for (let cell = 0; cell < MOSAIC_CELLS; cell++) {
        const { r, g, b } = colour(kindToken(cells[cell] as number));
        image.data.set([r, g, b, 255], cell * 4);
      }
      context.putImageData(image, 0, 0);
    };
    draw();
    const stop = [
      playground.onFrame(({ changedBlocks }) => {
        if (changedBlocks.includes(block)) draw();
      }),
      onThemeChange(() => {
        colour = colourReader();
        draw();
      }),
    ];
    return () => {
      for (const end of stop) end();
    };
  }, [playground, block]);
  return (
    <canvas ref={canvas} className={styles.mosaic} width={MOSAIC} height={MOSAIC} role="img" aria-label={label}>
      {label}
    </canvas>
  );
}
