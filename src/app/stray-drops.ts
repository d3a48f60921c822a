/**
 * What is dropped on the page stays out of the browser's hands: left to it, a file or link that misses its place replaces
 * the page, and the machine with it. Places that take something have said so by then; fields keep the text that is
 * dropped into them.
 */
export function refuseStrayDrops(target: Pick<Window, "addEventListener">): void {
  const refuse = (event: DragEvent): void => {
    if (event.defaultPrevented || takesText(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
  };
  target.addEventListener("dragover", refuse);
  target.addEventListener("drop", refuse);
}

function takesText({ target, dataTransfer }: DragEvent): boolean {
  if (dataTransfer?.types.includes("Files") || dataTransfer?.types.includes("text/uri-list")) return false;
  return target instanceof Element && target.matches("input, textarea, [contenteditable]");
}
