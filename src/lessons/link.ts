/**
 * Lessons by an address: all of one in a link, or a file beside the page. The page may ask no other host (its policy says so), so
 * a lesson from elsewhere comes as a file or in the link itself (docs/decisions.md).
 */
import type { Checked } from "../protocol/border.ts";
import { LONGEST_LESSON } from "./format.ts";
import { type Opened, openLesson } from "./open.ts";

const TEXT = "#lesson-text=";
const AT = "#lesson-at=";
/** Longer addresses are cut by some that pass them on. */
export const LONGEST_LINK = 8000;

export const isLink = (hash: string): boolean => hash.startsWith(TEXT) || hash.startsWith(AT);

/** The end of an address that has the whole lesson in it. */
export async function linkOf(content: string): Promise<string> {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return TEXT + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Unpacks no more than a lesson file may have: a few bytes can stand for very many. */
async function unpack(packed: string): Promise<string> {
  const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let content = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return content + decoder.decode();
    content += decoder.decode(value, { stream: true });
    if (content.length > LONGEST_LESSON) {
      await reader.cancel();
      throw new Error("larger than 256 KiB");
    }
  }
}

/** Opens the lesson of a link; what is wrong with it is told, whatever it is. */
export async function openLink(hash: string): Promise<Checked<Opened>> {
  if (hash.startsWith(TEXT)) {
    try {
      return await openLesson(await unpack(hash.slice(TEXT.length)), "link");
    } catch (error) {
      return { ok: false, problem: `link: cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  let file = "";
  try {
    file = decodeURIComponent(hash.slice(AT.length));
    const address = new URL(file, document.baseURI);
    if (address.origin !== location.origin)
      return { ok: false, problem: `${file}: is on another host; save it, and open the file` };
    const answer = await fetch(address);
    if (!answer.ok) return { ok: false, problem: `${file}: there is no such file` };
    return await openLesson(await answer.text(), file);
  } catch {
    return { ok: false, problem: `${file}: could not be fetched` };
  }
}
