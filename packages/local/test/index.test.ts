import { expect, test } from '@jest/globals';
import * as local from '@turnwise/local';
import { postChat } from './post-chat.ts';

const { FaultQueue, LocalEndpointError, quirksNames, Script, startLocalEndpoint } = local;

/** One use of each exported value: an export without a use does not compile. */
const uses: Record<keyof typeof local, () => void | Promise<void>> = {
  FaultQueue: () => {
    const faults = new FaultQueue([{ kind: 'crlf', times: 2 }]);
    expect(faults.pending).toBe(2);
  },
  LocalEndpointError: async () => {
    const quirks = 'vvlm' as local.QuirksName;
    await expect(startLocalEndpoint({ quirks })).rejects.toBeInstanceOf(LocalEndpointError);
  },
  quirksNames: async () => {
    const [quirks] = quirksNames;
    const endpoint = await startLocalEndpoint({ quirks });
    await endpoint.close();
    expect(endpoint.quirks).toBe(quirks);
  },
  Script: () => {
    const script = new Script([{ text: 'Hello.' }]);
    expect(script.next()).toEqual({ text: 'Hello.' });
  },
  startLocalEndpoint: async () => {
    const endpoint = await startLocalEndpoint({ script: [{ text: 'Hello.' }] });
    const [model = ''] = endpoint.models;
    const messages = [{ role: 'user', content: 'Hi' }];
    const { body } = await postChat(endpoint.url, { model, messages });
    await endpoint.close();
    expect(body).toMatchObject({ choices: [{ message: { content: 'Hello.' } }] });
  },
};

test.each(Object.keys(local) as (keyof typeof local)[])('%s', async (name) => {
  await uses[name]();
});

test('these are all values of @turnwise/local', () => {
  expect(Object.keys(local).sort()).toEqual(Object.keys(uses).sort());
});
