import { ModelError } from '../errors.ts';
import { withoutGrammar } from '../profile/fallback-profile.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { shortenToLine } from '../shorten.ts';
import type { Model, ModelProgress, ModelReply } from './model.ts';

/**
 * A model whose profile or dialect the program set. If the server cannot make a grammar of the schemas of a request, that
 * request is sent again without a grammar, once, after a `dialect-changed`. The next request has the grammar again.
 */
export function resendWithoutGrammar(
  profile: ModelProfile,
  createModel: (profile: ModelProfile) => Model,
): Model {
  const model = createModel(profile);
  return {
    ...model,
    async *request(request, signal): AsyncGenerator<ModelProgress, ModelReply> {
      let thrown: unknown;
      try {
        return yield* model.request(request, signal);
      } catch (error) {
        thrown = error;
      }
      const reason = explainGrammar(thrown);
      const plain = withoutGrammar(profile, { offersTools: request.phase === 'act' });
      if (reason === undefined || plain === undefined) throw thrown;
      yield {
        type: 'dialect-changed',
        from: profile.dialect,
        to: plain.dialect,
        profile: plain.id,
        why: `${reason} This request is sent again without a grammar.`,
      };
      const reply = yield* createModel(plain).request(request, signal);
      return { ...reply, requests: 2, isOnce: true };
    },
  };
}

/** The server's message if it cannot make a grammar of a schema. */
function explainGrammar(thrown: unknown): string | undefined {
  if (!(thrown instanceof ModelError) || thrown.details.kind !== 'schema-unsupported') return;
  const { serverMessage = thrown.message } = thrown.details;
  return `The server answered: "${shortenToLine(serverMessage, 160)}"`;
}
