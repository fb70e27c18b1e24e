import { expect, jest, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testSurroundings } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

jest.setTimeout(60_000);

test('the answer is printed as JSON, and nothing else is on stdout', async () => {
  const surroundings = testSurroundings({ arguments: ['What is the weather in Oslo?'] });
  expect(await runMain(main, surroundings)).toBe(0);
  expect(JSON.parse(surroundings.outputText)).toEqual({ city: 'Oslo', celsius: 14, sky: 'cloudy' });
  expect(surroundings.errorText).toContain('get_weather: {"city":"Oslo"}\n');
});

test('an answer that never fits is told in one line', async () => {
  const script = Array.from({ length: 5 }, () => ({ text: 'It is warm.' }));
  const endpoint = await startLocalEndpoint({ quirks: 'none', script, models: ['gemma-3-27b'] });
  const surroundings = testSurroundings({ environment: { TURNWISE_BASE_URL: endpoint.url } });
  expect(await runMain(main, surroundings)).toBe(1);
  expect(surroundings.outputText).toBe('');
  expect(surroundings.errorText).toMatch(/No valid output after \d attempts: .*\n$/);
  await endpoint.close();
});

test('Ctrl-C ends it', async () => {
  const faults = [{ kind: 'stall-stream' as const }];
  const endpoint = await startLocalEndpoint({ faults, models: ['gemma-3-27b'] });
  const surroundings = testSurroundings({ environment: { TURNWISE_BASE_URL: endpoint.url } });
  const running = runMain(main, surroundings);
  await endpoint.faults.whenStalled();
  surroundings.interrupt();
  expect(await running).toBe(130);
  await endpoint.close();
});

test('it explains itself', async () => {
  const surroundings = testSurroundings({ arguments: ['--help'] });
  expect(await runMain(main, surroundings)).toBe(0);
  expect(surroundings.outputText).toMatch(/^Usage: pnpm --silent example structured/);
});
