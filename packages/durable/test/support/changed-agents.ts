import { desk } from './desk.ts';

/** The agents of `desk-agents.ts` in a later version. */
export const agents = {
  desk: desk([[['pay', { order: 'B', euros: 90 }]], 'It is paid.'], { instructions: 'Be polite.' }),
};
