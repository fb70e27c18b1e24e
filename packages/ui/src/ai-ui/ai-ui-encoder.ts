import type { RunEvent, ToolCall, ToolResult, UserInput, WaitingCall } from '@turnwise/core';
import { textOf, toolOutput } from '../tool-output.ts';
import type { AiUiChunk } from './ai-ui-chunk.ts';
import type { AiUiOptions } from './ai-ui-options.ts';
import { StepView, showCall } from './step-view.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;

/** Turns the events of one run into the chunks of one message. The last chunk is made by the reader of the run. */
export class AiUiEncoder {
  readonly #options: AiUiOptions;
  readonly #view: StepView;
  /** The place of the turn that the model writes next: call ids begin with it. */
  #place: number;
  /** The step that an earlier part of the run has begun. */
  #continued = 0;
  #hasStep = false;
  #steered = 0;
  /** Calls that this stream has shown. */
  readonly #shown = new Set<string>();
  /** The ids of approvals, by call id. */
  readonly #approvals = new Map<string, string>();

  constructor(options: AiUiOptions) {
    this.#options = options;
    this.#view = new StepView(options.reasoning ?? true);
    this.#place = options.firstTurn ?? 1;
    for (const { callId, fingerprint } of options.waiting ?? []) {
      this.#approvals.set(callId, fingerprint);
    }
  }

  /** The chunks of an event; often none. */
  take(event: RunEvent): AiUiChunk[] {
    switch (event.type) {
      case 'run-started':
        this.#continued = event.resumed ? event.step : 0;
        return [{ type: 'start', messageId: this.#options.messageId ?? event.runId }];
      case 'user-turn-added':
        return event.turn.inputs.flatMap((input) => this.#addInput(input));
      case 'input-steered':
        return this.#addInput(event.input);
      case 'step-started':
        return this.#startStep(event.step);
      case 'request-started':
        return [...this.#startOwnStep(), ...this.#view.takeBack()];
      case 'stream-restarted':
        return this.#view.takeBack();
      case 'request-finished':
        return event.finishReason === 'failed' ? this.#view.takeBack() : [];
      case 'text-delta':
        return this.#view.addText(event.text);
      case 'reasoning-delta':
        return this.#view.addReasoning(event.text);
      case 'call-delta': {
        const { index, name, arguments: json } = event;
        return this.#view.addCall(`${this.#place}.${index}`, { name, json });
      }
      case 'output-delta':
        return this.#view.addOutput(event.output as Parameters<StepView['addOutput']>[0]);
      case 'assistant-turn-added':
        return this.#addTurn(event);
      case 'decision-requested':
        return this.#requestDecision(event);
      case 'decision-resolved':
        return this.#resolveDecision(event);
      case 'tool-started':
        return this.#showOnce(event.call);
      case 'tool-progressed': {
        const { call, progress: output } = event;
        return [{ type: 'tool-output-available', toolCallId: call.id, output, preliminary: true }];
      }
      case 'tool-finished':
        return [showResult(event.result, this.#options)];
      case 'tool-turn-added':
        this.#place += 1;
        return [];
      case 'step-finished':
        return [...this.#view.close(), { type: 'finish-step' }];
      case 'run-failed':
        return this.#view.takeBack();
      default:
        return [];
    }
  }

  /** Inputs before the first step are the messages that the run answers; the page has them. */
  #addInput({ parts }: UserInput): AiUiChunk[] {
    if (!this.#hasStep) return [];
    this.#steered += 1;
    const id = `steering-${this.#steered}`;
    const text = textOf(parts);
    return this.#view.addInput({ type: 'steering-message', id, parts: [{ type: 'text', text }] });
  }

  #startStep(step: number): AiUiChunk[] {
    this.#hasStep = true;
    this.#view.open();
    // The page shows the calls of a continued step already; a new step would show them twice.
    if (step === this.#continued) return [];
    this.#continued = 0;
    return [{ type: 'start-step' }];
  }

  /** A step that failed before its reply shows nothing yet; a step of an earlier part that has calls sends no request. */
  #startOwnStep(): AiUiChunk[] {
    if (this.#continued === 0) return [];
    this.#continued = 0;
    return [{ type: 'start-step' }];
  }

  #addTurn({ turn }: EventOf<'assistant-turn-added'>): AiUiChunk[] {
    this.#place += 1;
    if (turn.kind === 'calls') {
      for (const { id } of turn.calls) this.#shown.add(id);
    }
    return this.#view.become(turn);
  }

  #showOnce(call: ToolCall): AiUiChunk[] {
    const [turn] = call.id.split('.');
    this.#place = Number(turn) + 1;
    if (this.#shown.has(call.id)) return [];
    this.#shown.add(call.id);
    return [showCall(call)];
  }

  #requestDecision(waiting: EventOf<'decision-requested'>): AiUiChunk[] {
    const { callId: toolCallId, call, fingerprint: approvalId, kind } = waiting;
    this.#approvals.set(toolCallId, approvalId);
    const chunks = this.#showOnce(call);
    if (kind === 'outside') return chunks;
    if (kind === 'approval') {
      return [...chunks, { type: 'tool-approval-request', approvalId, toolCallId }];
    }
    // An approval that was given before must not look like one that is not sent yet.
    return [showCall(call), showWaiting(waiting, false)];
  }

  #resolveDecision({ call, decision }: EventOf<'decision-resolved'>): AiUiChunk[] {
    const approvalId = this.#approvals.get(call.id);
    const isNew = !this.#shown.has(call.id);
    const chunks = this.#showOnce(call);
    const { kind } = decision;
    if (kind !== 'approve' && kind !== 'edit' && kind !== 'deny') {
      return [...chunks, ...this.#closeQuestion(call)];
    }
    if (kind === 'edit') chunks.push(showCall({ ...call, arguments: decision.arguments }));
    // A remembered decision answers no request.
    if (approvalId === undefined) return chunks;
    if (isNew) chunks.push({ type: 'tool-approval-request', approvalId, toolCallId: call.id });
    const response = { type: 'tool-approval-response', approvalId } as const;
    if (kind !== 'deny') return [...chunks, { ...response, approved: true }];
    const { reason } = decision;
    return [
      ...chunks,
      { ...response, approved: false, ...(reason === undefined ? {} : { reason }) },
    ];
  }

  #closeQuestion(call: ToolCall): AiUiChunk[] {
    const asked = this.#options.waiting?.find(({ callId }) => callId === call.id);
    if (asked?.kind !== 'question' && asked?.kind !== 'in-doubt') return [];
    // The page may show the answer as the output of the call, which runs now.
    return [showCall(call), showWaiting(asked, true)];
  }
}

/** The chunk that shows how a call ended. */
export function showResult(result: ToolResult, { output = toolOutput }: AiUiOptions): AiUiChunk {
  const { callId: toolCallId, status, parts } = result;
  if (status === 'ok') return { type: 'tool-output-available', toolCallId, output: output(result) };
  if (status === 'denied') return { type: 'tool-output-denied', toolCallId };
  return { type: 'tool-output-error', toolCallId, errorText: textOf(parts) };
}

/** The chunk that shows a question, or a call in doubt. */
export function showWaiting(waiting: WaitingCall, isDecided: boolean): AiUiChunk {
  const { callId, fingerprint: approvalId, question } = waiting;
  const kind = waiting.kind === 'question' ? 'question' : 'in-doubt';
  const asked = question === undefined ? {} : { question };
  return {
    type: 'data-waiting',
    id: callId,
    data: { approvalId, callId, kind, isDecided, ...asked },
  };
}
