import { isLookUp } from '../../tool/is-look-up.ts';
import type { Tool } from '../../tool/tool.ts';
import { verbsOf } from './match-verb.ts';
import { stemOf } from './stem-of.ts';

/** The actions that an English reply reports as done by its writer ("I refunded 4 euros"). */
export function reportedActions<Context>(
  tools: readonly Tool<Context>[],
  reply: string,
): readonly Tool<Context>[] {
  const verbs = [...reply.matchAll(report)].map(([, verb = '']) =>
    stemOf(irregular[verb] ?? verb.replace(/(?<=e)d$/, '')),
  );
  return tools.filter((tool) => {
    const own = verbsOf(tool).map(stemOf);
    return !isLookUp(tool) && verbs.some((verb) => own.includes(verb));
  });
}

const report = /\bI(?:['’]ve| have)?(?: now| just| already)? (\p{Ll}+)/gu;

const irregular: Readonly<Record<string, string>> = {
  gave: 'give',
  left: 'leave',
  lent: 'lend',
  made: 'make',
  paid: 'pay',
  sent: 'send',
  sold: 'sell',
  took: 'take',
  wrote: 'write',
};
