/** A canvas whose pixels are the screen's pixels, whatever the zoom of the browser and the density of the display. */
import { textScale } from "./theme-values.ts";

export interface SurfaceSize {
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
  /** Device pixels of what is a CSS pixel where text has its usual size: what lies beside text is measured in it. */
  readonly unit: number;
}

/** Reports the size of `element` in device pixels, at once and whenever it changes; returns how to stop. */
export function observeSurface(element: Element, listener: (size: SurfaceSize) => void): () => void {
  let last = "";
  const report = (width: number, height: number) => {
    const ratio = window.devicePixelRatio || 1;
    const unit = ratio * textScale();
    const signature = `${width} ${height} ${unit}`;
    if (signature === last || width === 0 || height === 0) return;
    last = signature;
    listener({ width, height, ratio, unit });
  };
  const observer = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const exact = entry.devicePixelContentBoxSize?.[0];
      const ratio = window.devicePixelRatio || 1;
      const width = entry.contentRect.width * ratio;
      const height = entry.contentRect.height * ratio;
      // An emulated display reports CSS pixels here.
      if (exact && Math.abs(exact.inlineSize - width) < 2) report(exact.inlineSize, exact.blockSize);
      else report(Math.floor(width), Math.floor(height));
    }
  });
  try {
    observer.observe(element, { box: "device-pixel-content-box" });
  } catch {
    // Safari knows no device pixel box: rounding down is at most a pixel off.
    observer.observe(element);
  }
  return () => observer.disconnect();
}
