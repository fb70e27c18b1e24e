import type { Histogram, Meter } from '@opentelemetry/api';
import { memoize } from '../memoize.ts';

/** The metrics of requests. */
export interface Instruments {
  /** Seconds of a request. */
  readonly duration: Histogram;
  /** Seconds until the first piece of a streamed reply. */
  readonly timeToFirstChunk: Histogram;
  /** Tokens of a request, by type. */
  readonly tokens: Histogram;
}

// The boundaries that the conventions recommend.
const seconds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const counts = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** The instruments of a meter; the same ones for the same meter. */
export const instrumentsOf: (meter: Meter) => Instruments = memoize((meter: Meter) => ({
  duration: meter.createHistogram('gen_ai.client.operation.duration', {
    description: 'Duration of a request to a model.',
    unit: 's',
    advice: { explicitBucketBoundaries: seconds },
  }),
  timeToFirstChunk: meter.createHistogram('gen_ai.client.operation.time_to_first_chunk', {
    description: 'Time until the first piece of a streamed reply.',
    unit: 's',
    advice: { explicitBucketBoundaries: seconds },
  }),
  tokens: meter.createHistogram('gen_ai.client.token.usage', {
    description: 'Tokens of a request, by type.',
    unit: '{token}',
    advice: { explicitBucketBoundaries: counts },
  }),
}));
