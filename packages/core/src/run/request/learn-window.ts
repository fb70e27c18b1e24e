import { bounded } from '../../bounded.ts';
import type { ModelProfile } from '../../profile/model-profile.ts';
import { isPromiseLike } from '../../promise-like.ts';
import { interruptible } from '../program/interruption.ts';
import { contextSlice } from '../state/context-slice.ts';
import { awaitValue, type LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';

/**
 * The context window in tokens: the option of the agent, or that of the model's profile. The run remembers it. `undefined` for
 * a model without a profile.
 */
export function* learnWindow<Context>(run: Run<Context>): LoopGenerator<number | undefined> {
  const memory = contextSlice.of(run.state);
  memory.contextWindow ??= run.setup.contextWindow.tokens;
  memory.contextWindow ??= yield* readProfile(run);
  return memory.contextWindow;
}

/** The window of the model's profile; `undefined` for a model without a profile. */
function* readProfile<Context>(run: Run<Context>): LoopGenerator<number | undefined> {
  const { model, signal, effects } = run.setup;
  const learn = model.learnProfile?.bind(model);
  if (learn === undefined) return undefined;
  const id = `${stepSlice.of(run.state).step}.profile`;
  return yield* interruptible(run, id, () =>
    awaitValue(
      effects.value({
        kind: 'model',
        id,
        name: model.id,
        repeat: 'safe',
        input: () => model.id,
        execute: () => bounded(signal, () => windowOf(learn(signal))),
      }),
    ),
  );
}

function windowOf(profile: ModelProfile | Promise<ModelProfile>): number | Promise<number> {
  return isPromiseLike(profile)
    ? profile.then(({ contextWindow }) => contextWindow)
    : profile.contextWindow;
}
