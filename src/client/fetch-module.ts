let asked = 0;
/** What came in place of files that could not be fetched, by their addresses: once, whoever asks. */
const instead = new Map<string, Promise<object>>();

/**
 * A module that is not part of the initial page. Browsers remember that one could not be fetched and don't ask the
 * network again for its address (https://github.com/whatwg/html/issues/6768), so a second try asks under another one;
 * the browser's error names the first. A file may hold several modules: who asks for another of them gets the same file.
 *
 * @param load the `import()` of the module.
 * @param name an export by which the module is known.
 * @throws the error of the first try, where the second brought nothing either.
 */
export async function fetchModule<M extends object>(load: () => Promise<M>, name: keyof M): Promise<M> {
  try {
    return await load();
  } catch (error) {
    const address = /https?:\S+?\.js/.exec(String(error))?.[0];
    if (address === undefined) throw error;
    const again: Promise<object> = instead.get(address) ?? import(/* @vite-ignore */ `${address}?again=${++asked}`);
    instead.set(address, again);
    const file = await again.catch(() => {
      instead.delete(address);
      throw error;
    });
    const module = [file, ...Object.values(file)].find((part) => isModule(part) && name in part);
    if (module === undefined) throw error;
    return module as M;
  }
}

const isModule = (part: unknown): part is object =>
  typeof part === "object" && part !== null && Reflect.get(part, Symbol.toStringTag) === "Module";
