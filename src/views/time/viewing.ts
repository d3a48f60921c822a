/** Simulated seconds in which an offline moves about 100,000 pages. */
const MOVED_IN = 0.3;

/** Real seconds in which one sees 100,000 pages move at a speed, in simulated ns a real ns. */
export const secondsToSee = (speed: number): number => MOVED_IN / speed;
