import { expect, jest, test } from '@jest/globals';
import { Agent } from '../../src/index.ts';
import { says, scriptedModel } from '../../src/testing/index.ts';
import { makePng } from '../support/make-png.ts';

jest.unstable_mockModule('sharp', () => {
  throw new Error("Cannot find package 'sharp'");
});

const wide = makePng(400, 100);

test('if sharp is not installed, the error of images.fit contains the command that installs it', async () => {
  const agent = new Agent({ name: 'eye', model: scriptedModel([]), images: { fit: 'pad' } });
  await expect(agent.run([{ type: 'image', image: wide }])).rejects.toMatchObject({
    code: 'invalid_options',
    message: expect.stringContaining('npm install sharp'),
  });
});

test('if sharp is not installed, images that fit already are accepted', async () => {
  const agent = new Agent({ name: 'eye', model: scriptedModel([says('Seen.')]) });
  expect(await agent.run([{ type: 'image', image: wide }])).toMatchObject({ output: 'Seen.' });
});
