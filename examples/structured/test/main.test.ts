import { expect, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

test('the answer is printed as JSON, and nothing else is on stdout', async () => {
  const environment = testEnvironment({ arguments: ['What is the weather in Oslo?'] });
  expect(await runMain(main, environment)).toBe(0);
  expect(JSON.parse(environment.outputText)).toEqual({ city: 'Oslo', celsius: 14, sky: 'cloudy' });
  expect(environment.errorText).toContain('get_weather: {"city":"Oslo"}\n');
});

test('an answer that never fits is reported in one line', async () => {
  const script = Array.from({ length: 5 }, () => ({ text: 'It is warm.' }));
  const endpoint = await startLocalEndpoint({ quirks: 'none', script, models: ['gemma-3-27b'] });
  const environment = testEnvironment({ variables: { TURNWISE_BASE_URL: endpoint.url } });
  expect(await runMain(main, environment)).toBe(1);
  expect(environment.outputText).toBe('');
  expect(environment.errorText).toMatch(/No valid output after \d attempts: .*\n$/);
  await endpoint.close();
});

test('Ctrl-C ends it', async () => {
  const faults = [{ kind: 'stall-stream' as const }];
  const endpoint = await startLocalEndpoint({ faults, models: ['gemma-3-27b'] });
  const environment = testEnvironment({ variables: { TURNWISE_BASE_URL: endpoint.url } });
  const running = runMain(main, environment);
  await endpoint.faults.whenStalled();
  environment.interrupt();
  expect(await running).toBe(130);
  await endpoint.close();
});

test('--help prints the usage', async () => {
  const environment = testEnvironment({ arguments: ['--help'] });
  expect(await runMain(main, environment)).toBe(0);
  expect(environment.outputText).toMatch(/^Usage: pnpm --silent example structured/);
});
