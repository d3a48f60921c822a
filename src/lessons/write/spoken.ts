/** What a screen reader would say of a part of the page, line by line, in the order of the document. */

const ROLES: Readonly<Record<string, string>> = {
  BUTTON: "button",
  A: "link",
  LI: "item",
  SUMMARY: "disclosure",
  TEXTAREA: "text field",
  FIELDSET: "group",
};

const nameOf = (element: Element): string =>
  (element.getAttribute("aria-label") ?? element.textContent ?? "").replaceAll(/\s+/g, " ").trim();

export function spoken(root: Element): string[] {
  const lines: string[] = [];
  const visit = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = (node.textContent ?? "").trim();
      if (text !== "") lines.push(text);
      return;
    }
    if (!(node instanceof Element) || node.getAttribute("aria-hidden") === "true" || node.hasAttribute("hidden"))
      return;
    const heading = /^H([1-6])$/.exec(node.tagName)?.[1];
    if (heading !== undefined) {
      lines.push(`heading ${heading}: ${nameOf(node)}`);
      return;
    }
    const role = ROLES[node.tagName];
    if (node.tagName === "BUTTON" || node.tagName === "A") {
      const pressed = node.getAttribute("aria-pressed");
      lines.push(
        `${role}: ${nameOf(node)}${pressed === "true" ? ", pressed" : ""}${node.hasAttribute("disabled") ? ", not available" : ""}`,
      );
      return;
    }
    // A paragraph or an item of words alone is said in one go.
    if ((node.tagName === "P" || node.tagName === "LI") && !node.querySelector("button, a, ul, ol, p")) {
      const words = nameOf(node);
      if (words !== "") lines.push(role ? `${role}: ${words}` : words);
      return;
    }
    for (const child of node.childNodes) visit(child);
  };
  visit(root);
  return lines;
}
