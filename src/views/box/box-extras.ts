/** What the box fetches once its first picture is there, in one go: each fetch of its own costs the page a link and a name. */
export { createFlip } from "./flip.ts";
export { MoveMenu } from "./MoveMenu.tsx";
export { createRibbons } from "./ribbons.ts";
