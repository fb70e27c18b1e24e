import { expect, jest, test } from '@jest/globals';
import { Agent } from '../../src/index.ts';
import { says, scriptedModel } from '../../src/testing/index.ts';
import { makePng } from '../support/make-png.ts';

jest.unstable_mockModule('sharp', () => {
  throw new Error("Cannot find package 'sharp'");
});

const wide = makePng(400, 100);

test('where sharp is not installed, fitting an image says how to install it', async () => {
  const agent = new Agent({ name: 'eye', model: scriptedModel([]), images: { fit: 'pad' } });
  await expect(agent.run([{ type: 'image', image: wide }])).rejects.toMatchObject({
    code: 'invalid_options',
    message: expect.stringContaining('npm install sharp'),
  });
});

test('where sharp is not installed, images that need no fitting are taken', async () => {
  const agent = new Agent({ name: 'eye', model: scriptedModel([says('Seen.')]) });
  expect(await agent.run([{ type: 'image', image: wide }])).toMatchObject({ output: 'Seen.' });
});
