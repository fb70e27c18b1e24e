import { turnwiseIn } from './turnwise.ts';

export const { load, connect } = turnwiseIn('native');
