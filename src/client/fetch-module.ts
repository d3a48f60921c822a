let asked = 0;

/**
 * A module that is not part of the initial page. Browsers remember that one could not be fetched and don't ask the
 * network again for its address (https://github.com/whatwg/html/issues/6768), so a second try asks under another one;
 * the browser's error names the first.
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
    const module: M = await import(/* @vite-ignore */ `${address}?again=${++asked}`).catch(() => {
      throw error;
    });
    if (!(name in module)) throw error;
    return module;
  }
}
