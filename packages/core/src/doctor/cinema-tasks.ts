import type { JsonObject } from '../json.ts';
import { type Tool, tool } from '../tool/tool.ts';

/** What the tools of the small tasks change. */
export interface CinemaState {
  readonly sold: { readonly film: string; readonly seats: number }[];
  /** How many calls were executed. */
  calls: number;
}

/** A small task of which the right end is known. */
export interface CinemaTask {
  readonly id: string;
  readonly input: string;
  /** Whether the answer and the state at the end are right. */
  isRight(text: string, state: CinemaState): boolean;
}

/** The system text of the small tasks. */
export const cinemaInstructions =
  'You work at the counter of a cinema. Use the tools for facts and for sales. Answer in one sentence.';

const films = [
  { id: 'f-1', title: 'Blue Harbour', hall: 4, start: '18:40', freeSeats: 12 },
  { id: 'f-2', title: 'The Last Orchard', hall: 2, start: '20:15', freeSeats: 0 },
  { id: 'f-3', title: 'Paper Moons', hall: 7, start: '17:05', freeSeats: 31 },
] as const;

/** A cinema in which nothing is sold yet, and its tools. */
export function createCinema(): { readonly state: CinemaState; readonly tools: readonly Tool[] } {
  const state: CinemaState = { sold: [], calls: 0 };
  const defineTool = (
    name: string,
    description: string,
    properties: JsonObject,
    execute: (input: JsonObject) => object,
  ): Tool => {
    const required = Object.keys(properties);
    return tool({
      name,
      description,
      parameters: { type: 'object', properties, required, additionalProperties: false },
      execute(input) {
        state.calls += 1;
        return execute(input);
      },
    });
  };
  const film_id = { type: 'string', description: 'Id of a film, such as f-1' };
  const seats = { type: 'integer', minimum: 1 };
  return {
    state,
    tools: [
      defineTool(
        'search_films',
        'Find films by a part of the title.',
        { title: { type: 'string' } },
        ({ title }) => searchFilms(String(title)),
      ),
      defineTool(
        'show_film',
        'Show hall, start and free seats of a film.',
        { film_id },
        (input) => films.find(({ id }) => id === input.film_id) ?? { error: 'no such film' },
      ),
      defineTool('sell_seats', 'Sell seats of a film.', { film_id, seats }, (input) =>
        sellSeats(state, String(input.film_id), Number(input.seats)),
      ),
    ],
  };
}

function searchFilms(part: string): object {
  const found = films.filter(({ title }) => title.toLowerCase().includes(part.toLowerCase()));
  return found.map(({ id, title }) => ({ id, title }));
}

function sellSeats({ sold }: CinemaState, film: string, seats: number): object {
  const known = films.find(({ id }) => id === film);
  if (known === undefined) return { error: 'no such film' };
  if (seats > known.freeSeats) return { error: `only ${known.freeSeats} seats are free` };
  sold.push({ film, seats });
  return { sold: seats };
}

function isLookup({ sold, calls }: CinemaState): boolean {
  return sold.length === 0 && calls > 0;
}

function isSale({ sold }: CinemaState, film: string, seats: number): boolean {
  return sold.length === 1 && sold[0]?.film === film && sold[0].seats === seats;
}

/** Lookups, sales, a refusal, calls in one reply and in a row, and questions that need no tool. */
export const cinemaTasks: readonly CinemaTask[] = [
  {
    id: 'lookup',
    input: 'In which hall is film f-3?',
    isRight: (text, state) => isLookup(state) && /\b7\b|seven/i.test(text),
  },
  {
    id: 'sale',
    input: 'Sell 2 seats of f-1.',
    isRight: (_text, state) => isSale(state, 'f-1', 2),
  },
  {
    id: 'two lookups',
    input: 'When do f-1 and f-3 start?',
    isRight: (text, state) =>
      isLookup(state) && /18[:.]40|6[:.]40/.test(text) && /17[:.]05|5[:.]05/.test(text),
  },
  {
    id: 'goodbye',
    input: 'Thank you, goodbye!',
    isRight: (text, { calls }) => calls === 0 && text.trim() !== '',
  },
  {
    id: 'free seats by title',
    input: 'How many seats are free for Blue Harbour?',
    isRight: (text, state) => isLookup(state) && /\b12\b|twelve/i.test(text),
  },
  {
    id: 'refused sale',
    input: 'Sell 3 seats of f-2.',
    isRight: (text, state) =>
      isLookup(state) && /\b0\b|\bno\b|not|n't|only|sold out|full/i.test(text),
  },
  {
    id: 'explanation',
    input: 'What is the trailer of a film? One sentence.',
    isRight: (text, { calls }) => calls === 0 && /short|preview|advert|clip|promo/i.test(text),
  },
  {
    id: 'sale by title',
    input: 'Sell 4 seats of Paper Moons.',
    isRight: (_text, state) => isSale(state, 'f-3', 4),
  },
  {
    id: 'unknown film',
    input: 'In which hall is f-9?',
    isRight: (text, state) =>
      isLookup(state) && /no such|not|n't|unknown|no film|error/i.test(text),
  },
  {
    id: 'start by title',
    input: 'When does The Last Orchard start?',
    isRight: (text, state) => isLookup(state) && /20[:.]15|8[:.]15/.test(text),
  },
];
