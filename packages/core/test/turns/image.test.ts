import { describe, expect, test } from '@jest/globals';
import { describeImage } from '../../src/turns/image.ts';
import { tinyGif, tinyJpeg, tinyPng, tinyWebp } from '../support/tiny-image.ts';

const refused = expect.objectContaining({ code: 'invalid_image' });

const images = { png: tinyPng, jpeg: tinyJpeg, gif: tinyGif, webp: tinyWebp };

describe('the format of an image is detected from its bytes', () => {
  test.each(Object.entries(images))('for %s, with its size', (name, bytes) => {
    expect(describeImage(bytes)).toMatchObject({ mediaType: `image/${name}`, width: 1, height: 1 });
  });

  test('and the same bytes give the same reference', () => {
    expect(describeImage(tinyPng)).toEqual(describeImage(Uint8Array.from(tinyPng)));
  });
});

describe('an incomplete image is refused', () => {
  test.each(['png', 'jpeg', 'webp'] as const)('for a %s of any shorter length', (name) => {
    const bytes = images[name];
    for (let length = 0; length < bytes.length; length++) {
      expect(() => describeImage(bytes.subarray(0, length))).toThrow(refused);
    }
  });

  test('also if only its preview is complete', () => {
    const preview = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 4]), Buffer.from([0xff, 0xd9])]);
    const withPreview = Buffer.concat([tinyJpeg.subarray(0, 2), preview, tinyJpeg.subarray(2)]);
    expect(describeImage(withPreview).mediaType).toBe('image/jpeg');
    expect(() => describeImage(withPreview.subarray(0, -2))).toThrow(refused);
  });

  test('but not if other bytes follow its end', () => {
    const trailer = Buffer.from('trailer');
    for (const bytes of Object.values(images)) {
      expect(describeImage(Buffer.concat([bytes, trailer])).width).toBe(1);
    }
  });
});

test.each([
  ['text', Buffer.from('Not an image at all, but long enough to be one.')],
  ['nothing', new Uint8Array()],
  ['a bitmap', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)])],
])('%s is refused', (_, bytes) => {
  expect(() => describeImage(bytes)).toThrow(refused);
});
