/** A view in a page of its own, over a playground of sample records. */
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { vi } from "vitest";
import { PlaygroundProvider } from "../../client/react.tsx";
import { createFakePlayground, type FakePlayground } from "../../client/sample-world.ts";

export interface Mounted {
  readonly playground: FakePlayground;
  readonly page: HTMLElement;
  /** Draws again: what the world outside React holds may have changed. */
  draw(): Promise<void>;
  unmount(): Promise<void>;
}

export async function mount(view: ReactNode, playground = createFakePlayground()): Promise<Mounted> {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const page = document.body.appendChild(document.createElement("div"));
  const root = createRoot(page);
  const draw = () =>
    act(async () => root.render(<PlaygroundProvider playground={playground}>{view}</PlaygroundProvider>));
  await draw();
  return {
    playground,
    page,
    draw,
    unmount: async () => {
      await act(async () => root.unmount());
      page.remove();
      vi.unstubAllGlobals();
    },
  };
}
