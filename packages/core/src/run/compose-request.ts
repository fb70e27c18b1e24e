import type { ToolSpec } from '../dialect/dialect.ts';
import { joinParagraphs } from '../dialect/join-paragraphs.ts';
import { isNonEmpty } from '../json.ts';
import type { ModelRequest } from '../model/model.ts';
import type { Tool } from '../tool/tool.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { Attempt } from './attempt.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import type { Run, RunSetup } from './run-setup.ts';
import { runTools } from './run-tools.ts';
import { toolSpecs } from './tool-specs.ts';

/** The request of an attempt: it offers the tools that are enabled now, or asks for an answer where there are none. */
export function* composeRequest<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
  attempt: Attempt,
): LoopGenerator<ModelRequest> {
  const { setup, state } = run;
  const { toolChoice, output } = setup;
  const instructions = yield* awaitValue(instructionsOf(run));
  const base = {
    transcript,
    settings: setup.settings,
    stream: setup.stream && !attempt.withoutStreaming,
    conversationId: state.conversationId,
    blobs: setup.blobs,
    dialect: state.dialect,
  };
  const tools = toolSpecs(yield* enabledTools(run));
  if (attempt.phase === 'act' && toolChoice !== 'none' && isNonEmpty(tools)) {
    return {
      ...base,
      phase: 'act',
      instructions: actInstructions(instructions, setup),
      tools,
      toolChoice: canForce(run, tools) ? toolChoice : 'auto',
    };
  }
  return {
    ...base,
    phase: 'answer',
    instructions: answerInstructions(instructions, attempt),
    withheldTools: tools,
    ...(output === undefined
      ? {}
      : { output: { name: 'output', schema: output.schema.jsonSchema } }),
  };
}

/** Forced again after its call, the model could never answer; a tool that is not offered now cannot be forced. */
function canForce<Context>(
  { setup: { toolChoice }, state }: Run<Context>,
  tools: readonly ToolSpec[],
): boolean {
  if (state.hasForcedCall) return false;
  return typeof toolChoice === 'string' || tools.some(({ name }) => name === toolChoice.tool);
}

function actInstructions<Context>(
  instructions: string,
  { finalAnswer }: RunSetup<Context>,
): string {
  if (finalAnswer === 'inline') return instructions;
  return joinParagraphs(
    instructions,
    'Decide only whether a tool is needed now. If none is, reply with the one word READY; you will be asked for the answer then.',
  );
}

/** Longest part of a rejected answer that is shown to the model again, in characters. */
const maxShownDraft = 4_000;

function answerInstructions(instructions: string, { rejected }: Attempt): string {
  if (rejected === undefined) return instructions;
  const { text, feedback } = rejected;
  const shown = text.length > maxShownDraft ? `${text.slice(0, maxShownDraft)}…` : text;
  const draft = shown.trim() === '' ? '' : `Your last answer was:\n${shown}`;
  return joinParagraphs(
    instructions,
    draft,
    `It cannot be used: ${feedback}\nAnswer again, mended.`,
  );
}

function* enabledTools<Context>(run: Run<Context>): LoopGenerator<readonly Tool<Context>[]> {
  const { setup, state } = run;
  const tools = runTools(run);
  if (tools.every(({ isEnabled }) => isEnabled === true)) return tools;
  const enabled: Tool<Context>[] = [];
  for (const tool of tools) {
    const { isEnabled } = tool;
    const isOn =
      typeof isEnabled === 'boolean'
        ? isEnabled
        : yield* awaitValue(
            setup.effects.value({
              kind: 'function',
              id: `${state.step}.is-enabled.${state.stepRequests}.${tool.name}`,
              input: () => tool.name,
              execute: () => isEnabled(setup.context),
            }),
          );
    if (isOn) enabled.push(tool);
  }
  return enabled;
}

function instructionsOf<Context>({ setup, state }: Run<Context>): string | Promise<string> {
  const { instructions, context, effects } = setup;
  if (typeof instructions === 'string') return instructions;
  return effects.value({
    kind: 'function',
    id: `${state.step}.instructions.${state.stepRequests}`,
    input: () => null,
    execute: () => instructions(context),
  });
}
