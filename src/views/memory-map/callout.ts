/** Where the label of the page that is to blame stands: inside the picture, so that it covers nothing beside it. */

/** CSS pixels where text has its usual size: the ring round the page, how far the label is from it, and how high that is. */
const RING = 11;
const REACH = 26;
const LABEL = 25;

export interface Callout {
  readonly ring: number;
  /** Where the line leaves the ring, and where the label begins. */
  readonly from: Point;
  readonly to: Point;
  /** The label is right of the page. */
  readonly right: boolean;
  /** Its upper edge. */
  readonly top: number;
}
interface Point {
  readonly x: number;
  readonly y: number;
}

/** To the side that has more room; in a picture too low for that, level with the page. `scale`: of text. */
export function calloutAt(centre: Point, width: number, height: number, scale: number): Callout {
  const [ring, reach, label] = [RING * scale, REACH * scale, LABEL * scale];
  const right = centre.x < width / 2;
  const above = centre.y - reach - label >= 0;
  const below = centre.y + reach + label <= height;
  const down = below && (!above || centre.y < height / 2) ? 1 : above ? -1 : 0;
  const aside = right ? 1 : -1;
  const part = down === 0 ? 1 : Math.SQRT1_2;
  const level = Math.max(0, Math.min(centre.y - label / 2, height - label));
  const to = { x: centre.x + aside * reach, y: down === 0 ? level + label / 2 : centre.y + down * reach };
  return {
    ring,
    from: { x: centre.x + aside * part * ring, y: centre.y + down * part * ring },
    to,
    right,
    top: down === 0 ? level : down > 0 ? to.y : to.y - label,
  };
}
