import { turnwiseIn } from './turnwise.ts';

/** With a tracer, and without an SDK that records its spans. */
export const { load, connect } = turnwiseIn('native', {
  loadTracer: async () => (await import('@turnwise/core/otel')).openTelemetry(),
});
