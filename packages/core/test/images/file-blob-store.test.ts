import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { fileBlobStore } from '../../src/images/file-blob-store.ts';
import { says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { tinyPng } from '../support/tiny-image.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'blobs-')), 'images');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the image of an input is a file before the model is asked, and another store finds it', async () => {
  let files: readonly string[] = [];
  const scripted = scriptedModel([says('A pixel.')]);
  const model = {
    ...scripted,
    async *request(...given: Parameters<typeof scripted.request>) {
      files = await readdir(folder);
      return yield* scripted.request(...given);
    },
  };
  const agent = new Agent({ name: 'a', model, blobs: fileBlobStore(folder) });
  await agent.run([{ type: 'image', image: tinyPng }]);
  expect(files).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  const [name = ''] = files;
  expect(await fileBlobStore(folder).get(name)).toEqual(Buffer.from(tinyPng));
});

test('an image that is stored twice at the same time is one whole file', async () => {
  const name = 'a'.repeat(64);
  const stores = Array.from({ length: 8 }, () => fileBlobStore(folder));
  await Promise.all(stores.map((store) => store.put(name, tinyPng)));
  expect(await readdir(folder)).toEqual([name]);
  expect(await readFile(join(folder, name))).toEqual(Buffer.from(tinyPng));
});

test('nothing is found for a hash that is not stored, and a path is refused', async () => {
  const store = fileBlobStore(folder);
  expect(await store.get('b'.repeat(64))).toBeUndefined();
  await expect(store.get('../secret')).rejects.toMatchObject({ code: 'invalid_image' });
  await expect(store.put('../secret', tinyPng)).rejects.toMatchObject({ code: 'invalid_image' });
});

test('the images of an imported history are stored, and a failing store rejects `stored`', async () => {
  const url = `data:image/png;base64,${Buffer.from(tinyPng).toString('base64')}`;
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
  const { stored } = Transcript.repair(messages, { blobs: fileBlobStore(folder) });
  await stored;
  expect(await readdir(folder)).toHaveLength(1);
  const full = { put: () => Promise.reject(new Error('The disk is full.')), get: () => undefined };
  await expect(Transcript.repair(messages, { blobs: full }).stored).rejects.toThrow('full');
});
