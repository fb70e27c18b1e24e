import type { ModelRequest } from '../../src/model/model.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';

/** A request without tools for a test that calls a model directly. */
export const answerRequest: ModelRequest = {
  phase: 'answer',
  instructions: '',
  transcript: Transcript.empty().user('Hi'),
  settings: {},
  stream: true,
  conversationId: 'c',
  blobs: memoryBlobStore(),
  withheldTools: [],
};
