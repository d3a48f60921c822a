/** `npm run report`. */
import { runTool } from "./run.ts";
import { supportTool } from "./support.ts";

runTool(supportTool);
