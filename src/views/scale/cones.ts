/**
 * From a mark to the frame that shows it in large: a cone, and over the picture it starts in only its two edges, as hairlines, so that
 * no mark is covered; none over names. Pure; all in one frame of CSS pixels.
 */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Line = readonly [x1: number, y1: number, x2: number, y2: number];

export interface Cone {
  /** Corners of what fills the gutter, as SVG has them. */
  readonly points: string;
  readonly lines: readonly Line[];
}

/** From a mark of a picture to a frame at its right. */
export function coneAside(picture: Box, mark: Box, to: Box): Cone {
  const edge = picture.right;
  const share = (edge - mark.right) / Math.max(1, to.left - mark.right);
  const high = mark.top + (to.top - mark.top) * share;
  const low = mark.bottom + (to.bottom - mark.bottom) * share;
  return {
    points: `${edge},${high} ${to.left},${to.top} ${to.left},${to.bottom} ${edge},${low}`,
    lines:
      share <= 0
        ? []
        : [
            [mark.right, mark.top, edge, high],
            [mark.right, mark.bottom, edge, low],
          ],
  };
}

/**
 * From a mark of a picture to a frame below it.
 *
 * @param end where the cone ends: above the caption of the frame
 * @param rows heights of the picture where there are marks; between them stand names
 */
export function coneBelow(
  picture: Box,
  mark: Box,
  to: Box,
  end: number,
  rows: readonly (readonly [top: number, bottom: number])[],
): Cone {
  const floor = picture.bottom;
  const at = (y: number): readonly [west: number, east: number] => {
    const share = (y - mark.bottom) / Math.max(1, end - mark.bottom);
    return [mark.left + (to.left - mark.left) * share, mark.right + (to.right - mark.right) * share];
  };
  const [west, east] = at(floor);
  return {
    points: `${west},${floor} ${east},${floor} ${to.right},${end} ${to.left},${end}`,
    lines: rows
      .filter(([top, bottom]) => top >= mark.bottom && bottom <= floor + 1)
      .flatMap(([top, bottom]): Line[] => {
        const [upper, lower] = [at(top), at(bottom)];
        return [
          [upper[0], top, lower[0], bottom],
          [upper[1], top, lower[1], bottom],
        ];
      }),
  };
}
