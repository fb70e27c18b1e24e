import { type Context, type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import type { ToolCall, ToolResult } from '../turns/turn.ts';
import { failSpan } from './fail-span.ts';

/** Starts the span of a call. */
export function startToolSpan(
  call: ToolCall,
  {
    tracer,
    parent,
    content,
  }: { readonly tracer: Tracer; readonly parent: Context; readonly content: boolean },
): Span {
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': call.name,
    'gen_ai.tool.call.id': call.id,
    'gen_ai.tool.type': 'function',
    ...(content && { 'gen_ai.tool.call.arguments': JSON.stringify(call.arguments) }),
  };
  return tracer.startSpan(
    `execute_tool ${call.name}`,
    { kind: SpanKind.INTERNAL, attributes },
    parent,
  );
}

/** Ends the span of a call; its error type is the status of the result. */
export function endToolSpan(
  span: Span,
  { status, parts }: ToolResult,
  { content }: { readonly content: boolean },
): void {
  if (content) span.setAttribute('gen_ai.tool.call.result', JSON.stringify(parts));
  // The text of a result may contain data of the user, so it is only shown as content.
  if (status !== 'ok') failSpan(span, status, `The result has the status "${status}".`);
  span.end();
}
