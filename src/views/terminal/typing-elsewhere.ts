/** Inputs in which letters are text. */
export const TEXT_INPUT = "input:not([type=radio], [type=checkbox], [type=range], [type=button])";

/** Whether somebody types into a field that is no terminal's: a terminal that opens by itself leaves the keys there. */
export function typingElsewhere(page: Document = document): boolean {
  const at = page.activeElement;
  if (!at?.matches(`textarea, ${TEXT_INPUT}:not([type=file])`)) return false;
  return at.closest(".xterm") === null;
}
