/** What commands on files ask of the paths they are given. */
import { absolute } from "../../state.ts";
import type { CommandContext } from "../command.ts";

/** A folder, or a link to one. */
export const isFolder = (context: CommandContext, path: string): boolean =>
  "names" in context.state.system.files.list(absolute(context.state, path));

export const exists = (context: CommandContext, path: string): boolean =>
  !("errno" in context.state.system.files.stat(absolute(context.state, path)));

/** The last name of a path. */
export const last = (path: string): string => path.replace(/\/+$/, "").replace(/.*\//s, "");

/** A name in a folder. */
export const inside = (folder: string, name: string): string => `${folder.replace(/\/$/, "")}/${name}`;
