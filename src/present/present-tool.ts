/** `npm run present`: what its words ask for. */
import { resolve } from "node:path";
import { BadInput } from "../conformance/input.ts";
import type { ExitCode, Output } from "../conformance/run.ts";

const USAGE =
  "usage: npm run present -- serve [--port N] [--at URL] [--talk NAME] [--drivers N] [--folder DIR] [--built], or -- keep --servers HOST:PORT[,…] [--folder DIR] [--replicas N], or -- config [--folder DIR] [--drivers N] [--cluster N]";

export async function presentTool([verb, ...words]: readonly string[], output: Output): Promise<ExitCode> {
  const said = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--built") said.set("built", "yes");
    else {
      const value = words[++i];
      if (!/^--(port|at|talk|drivers|folder|servers|replicas|cluster)$/.test(word) || value === undefined)
        throw new BadInput(USAGE);
      said.set(word.slice(2), value);
    }
  }
  const number = (name: string, usual: number, most: number): number => {
    const value = Number(said.get(name) ?? usual);
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new BadInput(`--${name} is "${said.get(name)}": use a number from 1 to ${most}`);
    return value;
  };
  const folder = resolve(said.get("folder") ?? ".present");
  const drivers = number("drivers", 2, 8);
  switch (verb) {
    case "serve": {
      const at = said.get("at") ?? null;
      if (at !== null && !/^https?:\/\/[^\s#]+\/$/.test(at))
        throw new BadInput(`--at is "${at}": use an address like https://hotplug.example/`);
      const { serve } = await import("./serve.ts");
      return serve(
        {
          port: number("port", 4173, 65_535),
          at,
          talk: said.get("talk") ?? "2013",
          drivers,
          folder,
          built: said.has("built"),
        },
        output,
      );
    }
    case "keep": {
      const servers = said.get("servers");
      if (servers === undefined) throw new BadInput(USAGE);
      const { keep } = await import("./keep.ts");
      return keep({ servers: servers.split(","), folder, drivers, replicas: number("replicas", 1, 5) }, output);
    }
    case "config": {
      const { writeConfigs } = await import("./keep.ts");
      return writeConfigs({ folder, drivers, servers: number("cluster", 1, 9) }, output);
    }
    default:
      throw new BadInput(USAGE);
  }
}
