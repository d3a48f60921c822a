/**
 * React makes five errors as it is loaded, to throw them later and know them again. A browser that somebody looks into (its developer
 * tools, a benchmark) notes at once where each error was made, and reads all of React and of the chunk that it is in a second
 * time to tell: a tenth of the time to the first picture. Nobody looks at where these five were made, so they are objects that
 * look like errors and were made nowhere.
 */
import type { Plugin } from "vite";

const REACT = /[\\/]react-dom-client\.production\.js$/;
/** At the beginning of a line, or next in a list of variables there: outside of any function. */
const MADE_AT_LOAD = /^((?:var| ) \w+ = )Error\((formatProdErrorMessage\(\d+\))\)/gm;

/** The text of React with such errors; how many there are is for the caller to check. */
export function withoutStacks(react: string): { readonly code: string; readonly errors: number } {
  let errors = 0;
  const code = react.replace(MADE_AT_LOAD, (_, variable: string, message: string) => {
    errors++;
    return `${variable}Object.create(Error.prototype, { message: { value: ${message} } })`;
  });
  return { code, errors };
}

export const quietReact: Plugin = {
  name: "quiet-react",
  apply: "build",
  transform: {
    filter: { id: REACT },
    handler(react) {
      const { code, errors } = withoutStacks(react);
      if (errors === 0)
        this.error("React makes its errors in another way than before: see scripts/setup/quiet-react.ts");
      return { code, map: null };
    },
  },
};
