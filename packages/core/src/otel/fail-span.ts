import { type Span, SpanStatusCode } from '@opentelemetry/api';

/** Marks a span as failed. The caller ends it. */
export function failSpan(span: Span, type: string, message: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
