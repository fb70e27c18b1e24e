import { sqlite } from '@turnwise/durable';
import { rowOf } from './store-parts.ts';

/** Writes rows to the run "a" of a file until that fails, and prints why. */
try {
  const store = sqlite(process.argv[2] ?? '');
  await store.own();
  const { epoch } = await store.claim('a');
  for (let number = 0; number < 100; number += 1) {
    const output = JSON.stringify({ value: 'x'.repeat(10_000) });
    await store.record({ run: 'a', segment: 0, epoch }, rowOf(`row ${number}`, output));
  }
  console.log('everything was written');
} catch (thrown) {
  const { code, message } = thrown as { readonly code?: string; readonly message: string };
  console.log(`${code}: ${message}`);
}
process.exit();
