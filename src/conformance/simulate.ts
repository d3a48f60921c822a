/** `npm run simulate`. */
import { runTool } from "./run.ts";
import { simulation } from "./simulation.ts";

runTool(simulation);
