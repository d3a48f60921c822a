/** The app's theme as a terminal's palette. Programs choose from sixteen colours; here they mean what they mean elsewhere on the page. */
import type { ITheme } from "@xterm/xterm";
import { colourReader } from "../memory-map/theme-colours.ts";

export function terminalColours(): ITheme {
  const read = colourReader();
  const hex = (token: string) => {
    const { r, g, b } = read(token);
    return `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const [ink, ink2, ink3, panel, edge] = ["--ink", "--ink2", "--ink3", "--panel", "--edge"].map(hex) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const colours = {
    red: hex("--bad"),
    green: hex("--ok"),
    yellow: hex("--warn"),
    blue: hex("--accent"),
    magenta: hex("--kind-pagetable"),
    cyan: hex("--kind-file"),
  };
  return {
    background: panel,
    foreground: ink,
    cursor: colours.blue,
    cursorAccent: panel,
    selectionBackground: `${colours.blue}47`,
    selectionInactiveBackground: `${colours.blue}2b`,
    scrollbarSliderBackground: `${edge}59`,
    scrollbarSliderHoverBackground: `${edge}99`,
    scrollbarSliderActiveBackground: `${edge}cc`,
    black: ink,
    white: ink2,
    brightBlack: ink3,
    brightWhite: ink,
    ...colours,
    brightRed: colours.red,
    brightGreen: colours.green,
    brightYellow: colours.yellow,
    brightBlue: colours.blue,
    brightMagenta: colours.magenta,
    brightCyan: colours.cyan,
  };
}
