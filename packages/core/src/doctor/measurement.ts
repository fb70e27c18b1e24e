/** What is measured of a server, in the order of the report. */
export const measuredThings = [
  'system role',
  'user twice in a row',
  'tools',
  'tool choice "required"',
  'tool choice by name',
  'several calls in a reply',
  'calls in a stream',
  'tool role',
  'several results in a row',
  'usage',
  'usage in a stream',
  'json_schema',
  'every schema keyword',
  'json_object',
  'images',
  'context window',
] as const;

/** Something that is measured. */
export type MeasuredThing = (typeof measuredThings)[number];

/** One line of a report. */
export interface Measurement {
  readonly thing: MeasuredThing;
  /** `unclear` where the server's answer proves neither: asked again, it may say more. */
  readonly verdict: 'yes' | 'no' | 'unclear';
  /** What was seen, or how it failed. */
  readonly detail: string;
}

/** The same without its name: what one exchange proves. */
export type Finding = Omit<Measurement, 'thing'>;

/** It works. */
export function yes(detail: string): Finding {
  return { verdict: 'yes', detail };
}

/** It does not work. */
export function no(detail: string): Finding {
  return { verdict: 'no', detail };
}

/** What was seen proves neither. */
export function unclear(detail: string): Finding {
  return { verdict: 'unclear', detail };
}
