import { desk } from './desk.ts';

/** A program's agents, as `turnwise runs` loads them. */
export const agents = { desk: desk([[['pay', { order: 'B', euros: 90 }]], 'It is paid.']) };
