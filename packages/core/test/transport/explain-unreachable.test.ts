import { expect, test } from '@jest/globals';
import { explainUnreachable } from '../../src/transport/explain-unreachable.ts';

const endpoint = 'https://model.example:8443/v1';

function failure(code: string): Error {
  const cause = Object.assign(new Error(`${code} happened`), { code });
  return new Error('fetch failed', { cause: new AggregateError([cause]) });
}

test.each<[string, RegExp]>([
  ['ECONNREFUSED', /baseURL/],
  ['ENOTFOUND', /model\.example:8443.*baseURL/s],
  ['EAI_AGAIN', /baseURL/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /NODE_EXTRA_CA_CERTS/],
  ['UND_ERR_CONNECT_TIMEOUT', /timed out.*HTTPS_PROXY/s],
  ['ECONNRESET', /broke/],
])('%s is found in the causes, and the error has a cure', (code, pattern) => {
  const error = explainUnreachable(failure(code), { endpoint });
  expect(error).toMatchObject({
    code: 'model_unreachable',
    details: { serverMessage: `${code} happened` },
  });
  expect(error.message).toMatch(pattern);
});

test('an error without a code, or with itself as its cause, is explained', () => {
  const error = new Error('terminated');
  error.cause = error;
  expect(explainUnreachable(error, { endpoint, attempts: 2 })).toMatchObject({
    details: { kind: 'unreachable', attempts: 2 },
  });
});
