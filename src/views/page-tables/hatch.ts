/** Distance is a texture, not a hue: diagonal lines. */
export function hatched(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 5;
  const lines = tile.getContext("2d");
  if (!lines) return colour;
  lines.strokeStyle = colour;
  lines.lineWidth = 1.4;
  lines.beginPath();
  for (const at of [-5, 0, 5]) {
    lines.moveTo(at, 5);
    lines.lineTo(at + 5, 0);
  }
  lines.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
}
