import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { Agent, type ImageOptions, memoryBlobStore } from '../../src/index.ts';
import { says, scriptedModel } from '../../src/testing/index.ts';
import { makePng } from '../support/make-png.ts';

const wide = makePng(400, 100);
let jpeg: Uint8Array;
let turned: Uint8Array;

beforeAll(async () => {
  const blank = { width: 400, height: 100, channels: 3, background: 'black' } as const;
  jpeg = await sharp({ create: blank }).jpeg().toBuffer();
  turned = await sharp({ create: blank }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
});

describe('an image with fit: pad', () => {
  test('becomes a square with a white border', async () => {
    const { image, bytes } = await fitted(wide, { fit: 'pad' });
    expect(image).toMatchObject({ mediaType: 'image/png', width: 400, height: 400 });
    const { data, info } = await sharp(bytes).toColourspace('srgb').raw().toBuffer({
      resolveWithObject: true,
    });
    const at = (x: number, y: number) => data[(y * 400 + x) * info.channels];
    expect([at(200, 10), at(200, 200), at(200, 390)]).toEqual([255, 0, 255]);
  });

  test('is scaled down first if it is longer than maxSide', async () => {
    const { image } = await fitted(jpeg, { fit: 'pad', maxSide: 128 });
    expect(image).toMatchObject({ mediaType: 'image/jpeg', width: 128, height: 128 });
  });

  test('stays the same if it is a small square', async () => {
    const square = makePng(64, 64);
    expect((await fitted(square, { fit: 'pad' })).bytes).toEqual(square);
  });
});

describe('an image with fit: scale', () => {
  test('keeps its proportions', async () => {
    const { image } = await fitted(wide, { fit: 'scale', maxSide: 200 });
    expect(image).toMatchObject({ width: 200, height: 50 });
  });

  test('is never scaled up', async () => {
    expect((await fitted(wide, { fit: 'scale' })).bytes).toEqual(wide);
  });

  test('is rotated as its camera orientation requires', async () => {
    const { image } = await fitted(turned, { fit: 'scale', maxSide: 200 });
    expect(image).toMatchObject({ width: 50, height: 200 });
  });
});

describe('an image that a camera stored turned', () => {
  test.each(['pad', 'scale'] as const)(
    'is turned upright with fit: %s, also if it is small',
    async (fit) => {
      const { image } = await fitted(turned, { fit });
      expect(image.height).toBe(400);
      expect(image.width).toBe(fit === 'pad' ? 400 : 100);
    },
  );

  test('is not changed without fit', async () => {
    expect((await fitted(turned, {})).bytes).toEqual(Buffer.from(turned));
  });
});

test('without the option, the bytes do not change', async () => {
  expect((await fitted(wide, {})).bytes).toEqual(wide);
});

test('an image that cannot be decoded is refused', async () => {
  const broken = Uint8Array.from(wide);
  broken.fill(7, 45, 55);
  await expect(fitted(broken, { fit: 'pad' })).rejects.toMatchObject({ code: 'invalid_image' });
});

async function fitted(bytes: Uint8Array, images: ImageOptions) {
  const blobs = memoryBlobStore();
  const agent = new Agent({ name: 'eye', model: scriptedModel([says('Seen.')]), images, blobs });
  const { transcript } = await agent.run([{ type: 'image', image: bytes }]);
  const [turn] = transcript.turns;
  const part = turn?.role === 'user' ? turn.inputs[0].parts[0] : undefined;
  if (part?.type !== 'image') throw new Error('The first turn has no image.');
  const kept = await blobs.get(part.image.sha256);
  return { image: part.image, bytes: Uint8Array.from(kept ?? []) };
}
