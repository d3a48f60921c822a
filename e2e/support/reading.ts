/**
 * What a page says, as who reads Japanese meets it: every text, label, title and placeholder, whether it is Japanese, and whether
 * it has the room that it takes.
 */
import type { Page } from "@playwright/test";

/** Places whose words are in no catalogue: what Linux writes or somebody typed, and what says that it is English. */
const AS_IT_IS = "code, kbd, samp, pre, output, script, noscript, style, textarea, .xterm, [lang=en], [data-level]";

/**
 * Names that are the same in any language: of Linux, of hardware, of units, of programs. What has a digit, an underscore, a
 * slash, an equals sign or a capital after its first letter is a name already.
 */
const NAMES = new Set(
  `a b c d e f g h i j k l m n o p q r s t u v w x y z s ms min px x
  memory node zone pfn pid order flags buddy slab vmemmap vmalloc memmap direct cma hugetlb anon page huge pages struct
  online offline online_movable movable normal kernel unmovable reclaimable isolate isolated moved free present managed spanned
  min low high boost cpu cpus core dimm numa linux bash lsmem chmem echo dmesg cat find postgres nginx java qemu kvm daxctl
  udev vault redis zoneinfo system ram usable devdax dax system-ram virtio-mem balloon auto-movable contig-zones auto default bind preferred interleave lowmem reserve device dentry inode ext kmalloc rule ctrl esc shift
  tab enter alt home end pgup pgdn space backspace delete hotplug playground github english srat slit acpi
  en ja add eject write nop request active inactive file hit miss true false none json svg html id`.split(/\s+/),
);

export interface Said {
  readonly text: string;
  /** Where: an element's path of names, and what of it is read. */
  readonly at: string;
}

/** Every text of the page, once, that no Japanese stands in and that is not made of names alone. */
export const unread = (page: Page, names: readonly string[] = []): Promise<Said[]> =>
  page.evaluate(
    ([asItIs, known]) => {
      const names = new Set(known);
      const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff]/u;
      /** English by its grammar, even where Japanese stands beside it. */
      const ENGLISH =
        /\b(the|is|are|was|were|of|and|to|not|its|it|that|which|with|has|have|can|cannot|no|on|in|by|from|at|what|this)\b/;
      const isEnglish = (text: string): boolean => {
        if (JAPANESE.test(text)) return ENGLISH.test(text);
        const words = text.match(/[\p{L}\p{N}_/=.:+-]+/gu) ?? [];
        return words.some((word) => {
          const bare = word.replace(/^[:./+=-]+|[:./+=-]+$/g, "");
          return /^\p{L}[\p{Ll}-]+$/u.test(bare) && !names.has(bare.toLowerCase()) && !names.has(bare);
        });
      };
      const pathOf = (element: Element): string => {
        const path: string[] = [];
        for (let one: Element | null = element; one && path.length < 5; one = one.parentElement)
          path.unshift(one.id || one.getAttribute("data-panel") || one.localName);
        return path.join(" > ");
      };
      const found = new Map<string, Said>();
      const note = (text: string | null, element: Element, what: string) => {
        const said = (text ?? "").replace(/\s+/g, " ").trim();
        if (said === "" || !isEnglish(said) || found.has(said)) return;
        found.set(said, { text: said, at: `${pathOf(element)} (${what})` });
      };
      for (const element of document.querySelectorAll("body, body *")) {
        if (element.closest(asItIs)) continue;
        for (const what of [
          "aria-label",
          "aria-description",
          "aria-roledescription",
          "aria-valuetext",
          "title",
          "placeholder",
          "alt",
          "label",
        ])
          if (element.hasAttribute(what)) note(element.getAttribute(what), element, what);
        for (const child of element.childNodes)
          if (child.nodeType === Node.TEXT_NODE) note(child.nodeValue, element, "text");
      }
      note(document.title, document.documentElement, "title of the document");
      return [...found.values()];
    },
    [AS_IT_IS, [...NAMES, ...names]] as const,
  );

/**
 * Texts that stand in less room than they take, where nothing scrolls to the rest. On a computer without a font for Japanese its
 * letters are drawn as boxes half as wide: then less is found, never more.
 */
export const cut = (page: Page): Promise<Said[]> =>
  page.evaluate(() => {
    const found: Said[] = [];
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      if (element.closest("svg, canvas, code, .xterm, textarea, input, select, pre, .visually-hidden")) continue;
      const texts = [...element.childNodes].filter(
        (child) => child.nodeType === Node.TEXT_NODE && child.nodeValue?.trim() !== "",
      );
      const [first] = texts;
      if (!first || element.getClientRects().length === 0) continue;
      const { overflowX, display } = getComputedStyle(element);
      if (display === "inline" || overflowX === "auto" || overflowX === "scroll") continue;
      // What only screen readers read has a pixel.
      if (element.clientWidth <= 1 || element.scrollWidth <= element.clientWidth + 1) continue;
      // What reaches further may be a larger target, not the text.
      const range = document.createRange();
      range.setStartBefore(first);
      range.setEndAfter(texts.at(-1) ?? first);
      if (range.getBoundingClientRect().width <= element.clientWidth + 1) continue;
      found.push({
        text: element.textContent?.trim().slice(0, 80) ?? "",
        at: `${element.localName}.${element.className}: ${element.scrollWidth} > ${element.clientWidth}`,
      });
    }
    return found;
  });
