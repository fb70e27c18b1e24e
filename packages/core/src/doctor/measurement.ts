/** The names of all measurements, in the order of the report. */
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
  'thoughts in the text',
] as const;

/** The name of a measurement. */
export type MeasuredThing = (typeof measuredThings)[number];

/** One line of a report. */
export interface Measurement {
  readonly thing: MeasuredThing;
  /** `unclear` if the server's answer proves neither; another run may give a result. */
  readonly verdict: 'yes' | 'no' | 'unclear';
  /** What was observed, or how it failed. */
  readonly detail: string;
}

/** A measurement without its name. */
export type Finding = Omit<Measurement, 'thing'>;

/** The feature works. */
export function yes(detail: string): Finding {
  return { verdict: 'yes', detail };
}

/** The feature does not work. */
export function no(detail: string): Finding {
  return { verdict: 'no', detail };
}

/** The answer proves neither. */
export function unclear(detail: string): Finding {
  return { verdict: 'unclear', detail };
}
