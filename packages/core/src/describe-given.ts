import { shorten } from './shorten.ts';

/** Names a value for a message. `isShown`: a text or number itself, which must not be a secret. */
export function describeGiven(given: unknown, isShown = true): string {
  if (given === null) return 'null';
  if (Array.isArray(given)) return 'a list';
  switch (typeof given) {
    case 'string':
      return isShown ? quote(given) : 'a string';
    case 'number':
    case 'boolean':
    case 'bigint':
      return isShown ? String(given) : `a ${typeof given}`;
    case 'object': {
      const name = Object.prototype.toString.call(given).slice('[object '.length, -1);
      return name === 'Object' ? 'an object' : `an object (${name})`;
    }
    case 'undefined':
      return 'undefined';
    default:
      return `a ${typeof given}`;
  }
}

/** A text in quotes, shortened for a message. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text, 60));
}
