/** Bytes that both pasts may take together: what the page recorded, and the machines that stand by for undo and redo. */
export const PASTS_BUDGET = 128 * 2 ** 20;

/** Of that the machines: four of the standard box, two of 64 GiB. */
export const LIVE_BUDGET = 80 * 2 ** 20;

/** And the film. */
export const FILM_BUDGET = PASTS_BUDGET - LIVE_BUDGET;
