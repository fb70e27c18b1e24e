import { isNonEmpty } from '../json.ts';
import type { ModelRequest } from '../model/model.ts';
import type { Tool } from '../tool/tool.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { Run } from './run-setup.ts';
import { toolSpecs } from './tool-specs.ts';

/** The request of a step: it offers the tools that are enabled now, or asks for an answer where there are none. */
export async function composeRequest<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
): Promise<ModelRequest> {
  const { setup, state } = run;
  const base = {
    instructions: await instructionsOf(run),
    transcript,
    settings: setup.settings,
    stream: setup.stream,
    conversationId: state.conversationId,
    blobs: setup.blobs,
  };
  const tools = toolSpecs(await enabledTools(run));
  const { toolChoice } = setup;
  if (toolChoice === 'none' || !isNonEmpty(tools)) {
    return { ...base, phase: 'answer', withheldTools: tools };
  }
  // Forced again after its call, the model could never answer.
  return { ...base, phase: 'act', tools, toolChoice: state.hasForcedCall ? 'auto' : toolChoice };
}

async function enabledTools<Context>({
  setup,
  state,
}: Run<Context>): Promise<readonly Tool<Context>[]> {
  const { tools, context, effects } = setup;
  if (tools.every(({ isEnabled }) => isEnabled === true)) return tools;
  const enabled: Tool<Context>[] = [];
  for (const tool of tools) {
    const { isEnabled } = tool;
    const isOn =
      typeof isEnabled === 'boolean'
        ? isEnabled
        : await effects.value({
            kind: 'function',
            id: `${state.step}.is-enabled.${tool.name}`,
            input: () => tool.name,
            execute: () => isEnabled(context),
          });
    if (isOn) enabled.push(tool);
  }
  return enabled;
}

function instructionsOf<Context>({ setup, state }: Run<Context>): string | Promise<string> {
  const { instructions, context, effects } = setup;
  if (typeof instructions === 'string') return instructions;
  return effects.value({
    kind: 'function',
    id: `${state.step}.instructions`,
    input: () => null,
    execute: () => instructions(context),
  });
}
