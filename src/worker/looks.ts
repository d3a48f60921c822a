/**
 * What a view looks into beyond records and page maps. Its code (./looker.ts, and that of all of memory) is fetched with the
 * first look; then a frame brings what is looked at whenever that has changed, of the same instant as the frame's records.
 */
import type { Engine } from "../engine/time/engine.ts";
import type { Look, Looked, Snapshot } from "../protocol/messages.ts";

type Looker = InstanceType<typeof import("./looker.ts").Looker>;
type Scale = InstanceType<typeof import("../engine/inspect/scale/index.ts").Scale>;

export class Looks {
  readonly #engine: Engine;
  readonly #looker: Fetched<Looker>;
  readonly #scale = new Fetched<Scale>(() =>
    import("../engine/inspect/scale/index.ts").then(({ Scale }) => new Scale()),
  );
  /** Nothing of all of memory has been sent to whoever looks. */
  #anew = true;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#looker = new Fetched(() => import("./looker.ts").then(({ Looker }) => new Looker(engine)));
  }

  /** Another thing is looked at, or the same by somebody who has not seen it. */
  begin(): void {
    this.#anew = true;
    this.#looker.here?.begin();
  }

  /** What is looked at, when it is not what was sent last. */
  take(look: Look | null): Looked | null {
    this.#looker.here?.rest(look);
    if (!look) return null;
    if (look.of === "scale") return this.#all(look);
    return this.#looker.wanted()?.take(look) ?? null;
  }

  async snapshot(block: string | null, pageMap: Parameters<Looker["snapshot"]>[1]): Promise<Snapshot> {
    return (await this.#looker.fetch()).snapshot(block, pageMap);
  }

  async search(partition: string, text: string, begin: boolean, budget: { expired(): boolean }) {
    const scale = await this.#scale.fetch();
    const kernel = this.#engine.kernels.get(partition);
    return kernel ? scale.search(kernel, this.#engine.now, text, begin, budget) : null;
  }

  hit(partition: string, from: number, step: 1 | -1) {
    const kernel = this.#engine.kernels.get(partition);
    return (kernel && this.#scale.here?.hit(kernel, from, step)) ?? null;
  }

  #all({ partition, blocks, pageblocks }: Extract<Look, { of: "scale" }>): Looked | null {
    const kernel = this.#engine.kernels.get(partition);
    const details = kernel && this.#scale.wanted()?.details(kernel, blocks, pageblocks, this.#anew);
    if (!details) return null;
    this.#anew = false;
    return { of: "scale", partition, details };
  }
}

/** Something whose code is fetched once, and asked for again where that failed. */
class Fetched<T> {
  readonly #make: () => Promise<T>;
  #toCome: Promise<T> | null = null;
  here: T | null = null;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** It, if it is here; else it is on its way from now on. */
  wanted(): T | null {
    if (!this.here) this.fetch().catch(() => {});
    return this.here;
  }

  fetch(): Promise<T> {
    this.#toCome ??= this.#make().then(
      (here) => {
        this.here = here;
        return here;
      },
      (error: unknown) => {
        this.#toCome = null;
        throw error;
      },
    );
    return this.#toCome;
  }
}
