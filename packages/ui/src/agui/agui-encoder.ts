import type { AssistantTurn, JsonValue, RunEvent, UserInput, WaitingCall } from '@turnwise/core';
import { textOf } from '../tool-output.ts';
import type { AguiEvent, AguiInput, AguiInterrupt } from './agui-event.ts';
import { AguiMessages } from './agui-messages.ts';

/** Turns the events of a run into events of AG-UI. */
export class AguiEncoder {
  readonly #input: AguiInput;
  readonly #messages: AguiMessages;
  readonly #waiting = new Map<string, WaitingCall>();
  #hasStep = false;

  constructor(input: AguiInput) {
    this.#input = input;
    this.#messages = new AguiMessages(input.runId, input.messages);
  }

  /** The events for an event of the run; often none. */
  take(event: RunEvent): AguiEvent[] {
    switch (event.type) {
      case 'run-started': {
        const { threadId, runId } = this.#input;
        return [{ type: 'RUN_STARTED', threadId, runId }];
      }
      case 'user-turn-added':
        return event.turn.inputs.flatMap((input) => this.#addInput(input));
      case 'input-steered':
        return this.#addInput(event.input);
      case 'step-started':
        this.#hasStep = true;
        return [{ type: 'STEP_STARTED', stepName: `step-${event.step}` }];
      case 'step-finished':
        return [
          ...this.#messages.close(),
          { type: 'STEP_FINISHED', stepName: `step-${event.step}` },
        ];
      case 'request-started':
      case 'stream-restarted':
      case 'run-failed':
        return this.#messages.takeBack('reply');
      case 'text-delta':
        return this.#messages.addText(event.text);
      case 'reasoning-delta':
        return this.#messages.addReasoning(event.text);
      case 'output-delta':
        return [{ type: 'CUSTOM', name: 'output', value: event.output as JsonValue }];
      case 'assistant-turn-added':
        return this.#addTurn(event.turn);
      case 'decision-requested':
        this.#waiting.set(event.callId, event);
        return [];
      case 'decision-resolved':
        this.#waiting.delete(event.call.id);
        return [];
      case 'tool-progressed': {
        const { call, progress } = event;
        const value = { toolCallId: call.id, progress };
        return [{ type: 'CUSTOM', name: 'tool-progress', value }];
      }
      case 'tool-finished':
        return this.#messages.addResult(event.call.id, textOf(event.result.parts));
      case 'run-finished':
        return [this.#end(event)];
      default:
        return [];
    }
  }

  /** Inputs before the first step are messages of the client. */
  #addInput({ parts }: UserInput): AguiEvent[] {
    return this.#hasStep ? this.#messages.addInput(textOf(parts)) : [];
  }

  #addTurn(turn: AssistantTurn): AguiEvent[] {
    const messages = this.#messages;
    const text = turn.kind === 'text' ? turn.text : '';
    const events: AguiEvent[] = [];
    if (messages.text !== text) {
      events.push(...messages.takeBack('text'), ...messages.addText(text));
    }
    events.push(...messages.close());
    messages.settle();
    return turn.kind === 'text' ? events : [...events, ...messages.addCalls(turn.calls)];
  }

  #end(event: Extract<RunEvent, { readonly type: 'run-finished' }>): AguiEvent {
    const { threadId, runId } = this.#input;
    const finished = { type: 'RUN_FINISHED', threadId, runId } as const;
    switch (event.status) {
      case 'completed':
        return { ...finished, outcome: { type: 'success' } };
      case 'paused': {
        const interrupts = [...this.#waiting.values()].map(toInterrupt);
        return { ...finished, outcome: { type: 'interrupt', interrupts } };
      }
      case 'stopped':
        if (event.reason === 'aborted') return { ...finished, outcome: { type: 'cancelled' } };
        return { type: 'RUN_ERROR', message: 'The run reached a limit.', code: event.reason };
    }
  }
}

const messages: Readonly<Record<WaitingCall['kind'], (name: string) => string>> = {
  approval: (name) => `May "${name}" run?`,
  question: (name) => `"${name}" has a question.`,
  outside: (name) => `"${name}" runs in the client.`,
  'in-doubt': (name) => `Did "${name}" run?`,
};

function toInterrupt({ callId, call, kind, fingerprint, question }: WaitingCall): AguiInterrupt {
  const interrupt = {
    id: fingerprint,
    reason: kind,
    message: messages[kind](call.name),
    toolCallId: callId,
  };
  return question === undefined ? interrupt : { ...interrupt, metadata: { question } };
}
