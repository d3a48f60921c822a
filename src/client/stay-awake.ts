/** Keeps the screen awake while the window is seen, where the browser can. Returns what ends that. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;
  const take = async () => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      const taken = await navigator.wakeLock.request("screen");
      if (wanted) lock = taken;
      else await taken.release();
    } catch {
      // A low battery refuses: the screen is its owner's then.
    }
  };
  const look = () => void take();
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    wanted = false;
    document.removeEventListener("visibilitychange", look);
    void lock?.release();
  };
}
