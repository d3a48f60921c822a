/** The built page, of which the benchmarks of one file share one, and a fresh page on it for each run. */
import type { Page } from "@playwright/test";
import { type BuiltPage, openBuiltPage } from "../setup/built-page.ts";

let built: Promise<BuiltPage> | undefined;

export const builtPage = (): Promise<BuiltPage> => {
  built ??= openBuiltPage();
  return built;
};

/** For `Bench.close`: builds anew when somebody asks again. */
export async function closeBuilt(): Promise<void> {
  await (await built)?.close();
  built = undefined;
}

/** Does something on a fresh page whose machine runs. `query`: of its address. */
export async function onPage<T>(query: string, action: (page: Page, built: BuiltPage) => Promise<T>): Promise<T> {
  const here = await builtPage();
  const { page, context } = await here.fresh();
  try {
    await page.goto(`${here.url}?${query}`);
    await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
    return await action(page, here);
  } finally {
    await context.close();
  }
}
