import { describe, expect, test } from '@jest/globals';
import { cacheFolder } from '../../src/setup/cache-folder.ts';

describe('the cache folder', () => {
  test("is in the user's cache folder by default", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/caches' })).toBe('/var/caches/turnwise-real');
    expect(cacheFolder({})).toMatch(/\/\.cache\/turnwise-real$/);
  });

  test('can be named', () => {
    expect(cacheFolder({ TURNWISE_REAL_CACHE: '/disk/real', XDG_CACHE_HOME: '/x' })).toBe(
      '/disk/real',
    );
  });
});
