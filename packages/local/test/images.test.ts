import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { panAndScanTokens } from '../src/images.ts';
import { type LocalEndpoint, startLocalEndpoint } from '../src/index.ts';
import { pick, postChat } from './post-chat.ts';

const sizes: [width: number, height: number, tokens: number][] = [
  [896, 896, 260],
  [1000, 900, 260],
  [500, 400, 260],
  [600, 250, 260],
  [1024, 768, 798],
  [1920, 1080, 798],
  [1080, 2400, 798],
  [2480, 3508, 798],
  [3000, 1000, 1059],
  [4000, 500, 1320],
  [800, 3200, 1320],
];

test.each(sizes)(
  'an image of %i by %i costs %i tokens under pan-and-scan',
  (width, height, tokens) => {
    expect(panAndScanTokens({ width, height })).toBe(tokens);
  },
);

function paint(width: number, height: number, [red, green, blue]: [number, number, number]) {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < data.length; at += 4) data.set([red, green, blue], at);
  return { width, height, data };
}

const png = (...given: Parameters<typeof paint>) => {
  const image = paint(...given);
  return `data:image/png;base64,${PNG.sync.write(Object.assign(new PNG(image), image)).toString('base64')}`;
};
const jpg = (...given: Parameters<typeof paint>) =>
  `data:image/jpeg;base64,${jpeg.encode(paint(...given), 90).data.toString('base64')}`;

describe('an image in a request', () => {
  let endpoint: LocalEndpoint;
  beforeAll(async () => {
    endpoint = await startLocalEndpoint({ models: ['gemma'] });
  });
  afterAll(() => endpoint.close());
  const show = (...urls: string[]) =>
    postChat(endpoint.url, {
      model: 'gemma',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What do you see?' },
            ...urls.map((url) => ({ type: 'image_url', image_url: { url } })),
          ],
        },
      ],
    });

  test('is measured, described and counted as tokens', async () => {
    const { body } = await show(png(40, 30, [200, 10, 10]));
    expect(pick(body, 'choices', 0, 'message', 'content')).toBe(
      'The image is a PNG of 40 by 30 pixels, on average red.',
    );
    expect(pick(body, 'usage', 'prompt_tokens')).toBeGreaterThan(260);
    expect(endpoint.requests.at(-1)?.prompt).toContain(
      'What do you see?<start_of_image><end_of_turn>',
    );
  });

  test.each<[[number, number, number], string]>([
    [[5, 5, 5], 'black'],
    [[250, 250, 250], 'white'],
    [[128, 128, 128], 'grey'],
    [[10, 10, 220], 'blue'],
    [[10, 200, 10], 'green'],
    [[230, 220, 10], 'yellow'],
    [[10, 220, 220], 'cyan'],
    [[220, 10, 220], 'magenta'],
  ])('of colour %j is called %s', async (colour, name) => {
    const { body } = await show(jpg(16, 16, colour));
    expect(pick(body, 'choices', 0, 'message', 'content')).toMatch(
      new RegExp(`average ${name}\\.$`),
    );
  });

  test('may be one of several', async () => {
    const { body } = await show(png(8, 8, [0, 0, 0]), png(9, 9, [0, 0, 255]));
    expect(pick(body, 'choices', 0, 'message', 'content')).toMatch(
      /^The image.*8 by 8.*Image 2.*9 by 9/,
    );
  });

  test('with invalid base64 is refused with 400', async () => {
    expect((await show('data:image/png;base64,%%%')).status).toBe(400);
  });
});
