import { type DeskOptions, desk, type Reply } from '../support/desk.ts';

/** Three steps with two tools each; `pay` may not run twice. */
const script: readonly Reply[] = [
  ...[1, 2, 3].map(
    (step): Reply => [
      ['look', { order: `O-${step}` }],
      ['pay', { order: `O-${step}`, euros: step }],
    ],
  ),
  'Everything is paid.',
];

/** The agent of the crash tests. */
export function crashDesk(options: DeskOptions = {}) {
  return desk(script, options);
}
