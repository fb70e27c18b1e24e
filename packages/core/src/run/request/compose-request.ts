import { joinParagraphs } from '../../dialect/join-paragraphs.ts';
import { isNonEmpty } from '../../json.ts';
import type { DialectDoubt, ModelRequest, Phase } from '../../model/model.ts';
import type { Tool } from '../../tool/tool.ts';
import type { Transcript } from '../../turns/transcript.ts';
import { callProgram, trueOrFalse } from '../program/program-function.ts';
import { readInstructions } from '../program/read-instructions.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { Run, RunSetup } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import { dialectSlice } from './perform-request.ts';
import { runTools } from './run-tools.ts';
import { offerTools } from './tool-search/offer-tools.ts';

/** What one attempt of a step asks the model for. */
export interface Attempt {
  readonly phase: Phase;
  /** Whether the reply is requested without streaming, because the reply before was unusable. */
  readonly withoutStreaming: boolean;
  /** How many answers to requests with the output schema did not fit so far. */
  readonly outputTries: number;
  /** Why the request is sent again in the guided dialect. */
  readonly doubt?: DialectDoubt;
  /** Tools that the grammar of this request must not allow, because the reply before only repeated their calls. */
  readonly excludedTools?: readonly string[];
  /** How many calls the request asks for at least, because the reply before left out a part of the input. */
  readonly minCalls?: number;
  /** Whether the request forces a call, because the reply before answered without a look-up; `false` if it forces an answer. */
  readonly forcesCall?: boolean;
  /** How often other calls were asked for because of made-up values. @default 0 */
  readonly valueTries?: number;
  /** What the model must do about a missing value. */
  readonly hint?: string;
  /** What was wrong with the reply before, for the model. */
  readonly note?: string;
  /** Whether the prompt must not list the tools, because their names were taken for values. */
  readonly hidesTools?: boolean;
  /** The answer that did not fit, and why. */
  readonly rejected?: { readonly text: string; readonly feedback: string };
}

/** The first attempt of a step: `act` if tools may be called, else `answer`. */
export function firstAttempt<Context>(run: Run<Context>): Attempt {
  return { phase: mayAct(run) ? 'act' : 'answer', withoutStreaming: false, outputTries: 0 };
}

/** Whether the model may call tools in this step. */
export function mayAct<Context>({ setup, state }: Run<Context>): boolean {
  const { isLastAnswer } = stepSlice.of(state);
  return setup.tools.length > 0 && setup.toolChoice !== 'none' && !isLastAnswer;
}

/** The request of an attempt: it offers the tools that are enabled now, or asks for an answer if there are none. */
export function* composeRequest<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
  attempt: Attempt,
): LoopGenerator<ModelRequest> {
  const { setup, state } = run;
  const { toolChoice, output, settings, blobs } = setup;
  const { step, stepRequests } = stepSlice.of(state);
  const instructions = yield* readInstructions(run, `${step}.instructions.${stepRequests}`);
  const { tools, callable } = yield* offerTools(run, yield* enabledTools(run));
  const stream = setup.stream && !attempt.withoutStreaming;
  const observesMessages = setup.observe.messages ?? false;
  const { conversationId } = state;
  const dialect = dialectSlice.of(state).lastDialect;
  if (attempt.phase === 'act' && toolChoice !== 'none' && isNonEmpty(tools)) {
    // Both requests list their fields: a copy with a spread takes several times the memory.
    return {
      phase: 'act',
      transcript,
      settings,
      stream,
      observesMessages,
      conversationId,
      blobs,
      dialect,
      instructions,
      reminder: joinParagraphs(actReminder(setup), attempt.note ?? '', attempt.hint ?? ''),
      tools,
      toolChoice: forcesCall(run, tools)
        ? toolChoice
        : attempt.forcesCall === true
          ? 'required'
          : 'auto',
      doubt: attempt.doubt,
      excludedTools: attempt.excludedTools,
      minCalls: attempt.minCalls,
      callableTools: callable,
      finalSchema: output?.schema.jsonSchema,
      answersInForm: setup.finalAnswer === 'inline',
      estimatedTokens: undefined,
    };
  }
  return {
    phase: 'answer',
    transcript,
    settings,
    stream,
    observesMessages,
    conversationId,
    blobs,
    dialect,
    instructions,
    reminder: rejectionOf(attempt),
    withheldTools: tools,
    keepsToolText: toolChoice !== 'none' && attempt.hidesTools !== true,
    ...(output === undefined
      ? {}
      : { output: { name: 'output', schema: output.schema.jsonSchema } }),
    estimatedTokens: undefined,
  };
}

/** Whether a request that offers these tools forces a call: not after the forced call, so that the model can answer. */
export function forcesCall<Context>(
  { setup: { toolChoice }, state }: Run<Context>,
  tools: readonly { readonly name: string }[],
): boolean {
  if (toolChoice === 'auto' || toolChoice === 'none') return false;
  if (replySlice.of(state).hasForcedCall) return false;
  return toolChoice === 'required' || tools.some(({ name }) => name === toolChoice.tool);
}

function actReminder<Context>({ finalAnswer }: RunSetup<Context>): string {
  return finalAnswer === 'inline'
    ? ''
    : 'Decide only if a tool is needed now. If no tool is needed, reply with the one word READY; you will be asked for the answer then.';
}

/** Longest part of a rejected answer that the model gets back, in characters. */
const maxShownDraft = 4_000;

function rejectionOf({ rejected }: Attempt): string {
  if (rejected === undefined) return '';
  const { text, feedback } = rejected;
  const shown = text.length > maxShownDraft ? `${text.slice(0, maxShownDraft)}…` : text;
  const draft = shown.trim() === '' ? '' : `Your last answer was:\n${shown}`;
  return joinParagraphs(draft, `It is invalid: ${feedback}\nSend a corrected answer.`);
}

function* enabledTools<Context>(run: Run<Context>): LoopGenerator<readonly Tool<Context>[]> {
  const { setup, state } = run;
  const tools = runTools(run);
  if (tools.every(({ isEnabled }) => isEnabled === true)) return tools;
  const { step, stepRequests } = stepSlice.of(state);
  const enabled: Tool<Context>[] = [];
  for (const tool of tools) {
    const { isEnabled } = tool;
    const isOn =
      typeof isEnabled === 'boolean'
        ? isEnabled
        : yield* callProgram(run, {
            name: `isEnabled of tool "${tool.name}"`,
            id: `${step}.is-enabled.${stepRequests}.${tool.name}`,
            input: () => tool.name,
            execute: () => isEnabled(setup.context),
            returns: trueOrFalse,
          });
    if (isOn) enabled.push(tool);
  }
  return enabled;
}
