/** A talk's second window on the other screen, where the browser tells of one (Window Management; the DOM's types don't have it yet). */
interface ScreenPlace {
  readonly availLeft: number;
  readonly availTop: number;
  readonly availWidth: number;
  readonly availHeight: number;
}
interface Screens {
  readonly screens: readonly ScreenPlace[];
  readonly currentScreen: ScreenPlace;
}
export interface Desk {
  readonly screen: { readonly isExtended?: boolean };
  /** Asks the person, the first time. */
  readonly getScreenDetails?: () => Promise<Screens>;
}

/** There is one screen, and the browser says so: a second window would lie over the first. */
export const onOneScreen = (desk: Pick<Desk, "screen"> = globalThis as unknown as Desk): boolean =>
  desk.screen.isExtended === false;

/**
 * Moves a window that was just opened to a screen that the one which opened it is not on, and over all of it. False: it stays
 * where the browser put it, for there is no other screen, or none may be known. The window is opened first: after the
 * question nobody's click would be left to open it with.
 */
export async function toOtherScreen(
  opened: Pick<Window, "moveTo" | "resizeTo"> | null,
  desk: Desk = globalThis as unknown as Desk,
): Promise<boolean> {
  if (!opened || !desk.screen.isExtended || !desk.getScreenDetails) return false;
  try {
    const { screens, currentScreen } = await desk.getScreenDetails();
    const other = screens.find((screen) => screen !== currentScreen);
    if (!other) return false;
    opened.moveTo(other.availLeft, other.availTop);
    opened.resizeTo(other.availWidth, other.availHeight);
    return true;
  } catch {
    // The person said no.
    return false;
  }
}
