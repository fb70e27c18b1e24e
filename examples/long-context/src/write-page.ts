/** The kind of text of a page. The number of tokens for each character differs much between kinds. */
export type PageKind = 'prose' | 'code' | 'cjk' | 'base64';

/** Writes a page of about `chars` characters, the same for the same number, between two tags with the number. */
export function writePage(page: number, kind: PageKind, chars: number): string {
  const random = createRandom(page * 4 + kindNumbers[kind]);
  let text = '';
  while (text.length < chars) text += writers[kind](random);
  return `<page ${page}>\n${text.trimEnd()}\n</page ${page}>`;
}

/** Returns a whole number from 0 to `below`, exclusive. */
type Random = (below: number) => number;

const kindNumbers: Readonly<Record<PageKind, number>> = { prose: 0, code: 1, cjk: 2, base64: 3 };

const writers: Readonly<Record<PageKind, (random: Random) => string>> = {
  prose: writeSentence,
  code: writeFunction,
  cjk: (random) => `${Array.from({ length: 18 }, () => pick(characters, random)).join('')}。\n`,
  base64: (random) =>
    `${Buffer.from(Array.from({ length: 57 }, () => random(256))).toString('base64')}\n`,
};

const subjects = ['The harbour master', 'A pilot', 'The council', 'Nobody', 'The night watch'];
const verbs = ['measured', 'repaired', 'described', 'inspected', 'forgot', 'recommended'];
const things = [
  'the northern lights',
  'two cranes',
  'a breakwater',
  'the tide tables',
  'old ropes',
];
const places = ['near the customs house', 'at dawn', 'for the third time', 'without any delay', ''];
const characters = [...'港湾委員会春再開船長報告内容確認橋修理灯台海岸風雨昨日明日調査結果'];

function writeSentence(random: Random): string {
  const words = [subjects, verbs, things, places].map((list) => pick(list, random));
  return `${words.join(' ').trim()}, and ${pick(things, random)} cost ${random(9_000)} crowns. `;
}

function writeFunction(random: Random): string {
  const [name, other] = [pick(verbs, random), pick(verbs, random)];
  return `export function ${name}${random(100)}(input: readonly string[]): number {
  const ${other} = input.filter((each) => each.length > ${random(40)});
  return ${other}.reduce((sum, { length }) => sum + length * ${random(10)}, 0);
}\n`;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)] as Item;
}

/** Creates pseudo-random numbers, the same for the same seed (a linear congruential generator). */
function createRandom(seed: number): Random {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
