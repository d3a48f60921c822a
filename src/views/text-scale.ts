/**
 * How much larger text is than on a desk: on a projector or a 4K wall the root's font grows, and everything that is
 * measured in CSS pixels beside text has to grow with it.
 */
export function textScale(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return size > 0 ? size / 16 : 1;
}
