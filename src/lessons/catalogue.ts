/** The lessons that come with the playground, in their order. What a card says, its file says too. */

export interface Card {
  readonly id: string;
  readonly minutes: number;
  readonly title: string;
  readonly idea: string;
}

export interface Track {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly cards: readonly Card[];
}

const card = (id: string, minutes: number, title: string, idea: string): Card => ({ id, minutes, title, idea });

export const TRACKS: readonly Track[] = [
  {
    id: "talk",
    title: "The talk, live",
    about: "The ideas of 2013 in the order of the slides, on a machine that answers",
    cards: [
      card(
        "one-word",
        6,
        "One word decides",
        "`online` or `online_movable`: the zone is chosen when a block comes online.",
      ),
    ],
  },
];

export const trackOf = (id: string): Track | undefined =>
  TRACKS.find(({ cards }) => cards.some((one) => one.id === id));

export const findCard = (id: string): Card | undefined => trackOf(id)?.cards.find((one) => one.id === id);
