import { privateNames } from './private-names.ts';
import { conditionalWhere } from './word-check/conditional-where.ts';
import { both, type PlainWord, prose } from './word-check/plain-word.ts';

const talking = 'Code does not talk. Name the action.';
const metaphor = 'A metaphor. Name the thing itself.';
const oldFashioned = 'Old-fashioned English that a second-language reader has to look up.';
const unclear = 'Readers have to guess what it refers to.';

/** Words that readers with English as a second language had to decode in this code base. */
export const plainWords: readonly PlainWord[] = [
  // Conditions
  {
    word: 'where (for "if")',
    in: 'prose',
    pattern: conditionalWhere,
    plain: 'if, when',
    reason: 'A condition starts with "if"; "where" is for places.',
    allowed: [
      {
        text: /\bwhere\s+\(?\??\w+\s+(?:[=>]|is\s+null)/,
        reason: 'A condition in a statement of SQL.',
      },
    ],
  },
  prose('whoever', /\bwho(?:m)?ever\b/, 'the caller, the reader, anyone who', unclear),
  prose('whatever', /\bwhatever\b/, 'any, regardless of, everything that', unclear),
  prose('wherever', /\bwherever\b/, 'in every place that, if', unclear),
  prose('however (for "no matter how")', /\bhowever\b(?!,)/, 'no matter how', unclear),
  prose('but for', /\bbut\s+for\b/, 'except for', oldFashioned),
  prose('aside', /\baside\b(?!\s+from)/, 'except for', oldFashioned),
  prose('all the same', /(?<!\b(?:are|is)\s+)\ball\s+the\s+same\b/, 'anyway, still', oldFashioned),

  // Negations
  prose(
    'is none',
    /(?<!\bthere\s+)\b(?:is|are|was|were|be)\s+none\b(?!\s+of\s+(?:the|these|those|¤))/,
    'is not a …, is missing',
    'Readers have to look for the noun.',
  ),
  prose(
    'is no …',
    /(?<!\bthere\s+)\b(?:is|are|was|were)\s+no\b(?!\s+(?:longer|more|less|need|matter|doubt|later|larger|other)\b)/,
    'is not a …',
    'The usual negation puts "not" with the verb.',
  ),
  prose(
    'nothing of, none of it',
    /\bnothing\s+of\s+(?:it|its|them|itself|theirs)\b|\bnone\s+of\s+it\b|\bnothing\s+half\b/,
    'no part of …, not … at all',
    unclear,
  ),
  prose('nothing but', /\bnothing\s+but\b/, 'only', oldFashioned),
  prose(
    'what nothing',
    /\bwhat\s+nothing\b/,
    'zero, empty',
    'A riddle: nothing cannot do anything.',
  ),
  prose(
    'is of',
    /\b(?:is|are|was|were)\s+of\s+(?:no|another|any)\b|\bof\s+no\b/,
    'has, does not match',
    unclear,
  ),
  prose('what happens', /\byields?\s+what\s+happens\b/, 'yields events', unclear),
  prose('next to nothing', /\bnext\s+to\s+nothing\b/, 'almost nothing', oldFashioned),
  prose('mere', /\bmere(?:ly)?\b/, 'only', oldFashioned),
  prose('nowhere', /\bnowhere\b(?!\s+else)/, 'does not exist, cannot be found', unclear),

  // Talking
  {
    word: 'say',
    in: 'both',
    pattern: /\b(?:un)?say(?:s|ing|able)?\b|\bsaid\b/,
    plain: 'encode, format, print, report, return, contain',
    reason: talking,
    allowed: [
      {
        text: /^says(?: nothing)?$/,
        reason: 'Public test doubles of @turnwise/core/testing: the model says a text.',
      },
      { text: /\bsays\(/, reason: 'A call of that test double in an example.' },
      {
        path: /^real\/tasks\/swimming-pool/,
        text: /was not said/,
        reason: 'The instructions of published tasks.',
      },
      {
        text: /\b(?:users?|humans?|persons?|people|customers?)\s+(?:\w+\s+)?(?:says?|said|saying)\b/,
        reason: 'People do say things.',
      },
      {
        text: /\b(?:documentation|docs|specification|README|licen[cs]e)\s+says?\b/,
        reason: 'The usual English for a document.',
      },
    ],
  },
  both(
    'tell',
    /\b(?:tells?|told|telling)\b/,
    'report, print, show, send; tell apart: distinguish',
    talking,
  ),
  both('hear', /\b(?:hears?|heard|hearings?)\b/, 'parse, receive, read; Heard…: Parsed…', talking),
  both(
    'speak',
    /\b(?:speaks?|speaking|spoke|spoken|speakers?)\b/,
    'use, support; speaker: modelFor, spoken: lastDialect',
    talking,
  ),
  both('voice', /\bvoices?\b/, 'encoder hooks', metaphor),
  both('heed, obey', /\b(?:heed|obey)(?:s|ed|ing)?\b/, 'follow, apply, use', oldFashioned),
  prose('aloud', /\baloud\b/, 'as reasoning', metaphor),
  prose('vouch', /\bvouch(?:es|ed)?\b/, 'guarantee', oldFashioned),
  prose(
    'believe',
    /\bbeliev(?:e|es|ed)\b/,
    'accept, use',
    'Code does not believe. Name the action.',
  ),
  {
    word: 'words',
    in: 'prose',
    pattern:
      /(?<!\bother\s)(?<=\b(?:the|its|their|our|own|[a-z]+['’]s|s['’])\s+)words\b(?!\s+(?:fit|are|is))|\bwords\s+of\b|\bin\s+words\b|\bwithout\s+a\s+word\b|\b(?:a|the|['’]s)\s+word\s+on\b/,
    plain: 'text, message, input, format',
    reason: 'Say which text it is.',
    allowed: [
      {
        path: /^packages\/(?:local|tools)\//,
        reason: 'Counts and compares the words of a question or a file.',
      },
      {
        path: /^real\/tasks\/(?:theatre|swimming-pool)/,
        text: /contains the words/,
        reason: 'A description of a tool in published tasks.',
      },
    ],
  },

  // Repairs
  both(
    'mend',
    /\b(?:un)?mend(?:s|ed|ing|able)?\b/,
    'repair',
    'Nobody in this field mends. The glossary has "repair" and "fix".',
  ),
  prose('anew', /\banew\b/, 'again', oldFashioned),
  prose('in sight', /\b(?:in|out\s+of)\s+sight\b/, 'reported, visible', metaphor),
  prose('so many times', /\bso\s+many\s+times\b/, 'name the number: `maxRepeats` times', unclear),
  prose('in circles', /\bin\s+circles\b/, 'repeats itself', metaphor),
  prose('lawful', /\b(?:un)?lawful\b/, 'valid', oldFashioned),

  // Places
  {
    word: 'behind',
    in: 'both',
    pattern: /\bbehind\b/,
    plain: 'after; the class behind it: the class that it uses',
    reason: 'In a text or a list one thing is after another.',
    allowed: [
      {
        text: /\bbehind\s+(?:an?|the|your|its|¤+)\s+(?:[\w-]+\s+)?(?:proxy|firewall|gateway|load\s+balancer|endpoint|API|server|¤+)/,
        reason: 'The usual English for a network.',
      },
    ],
  },
  both(
    'beside',
    /\bbeside\b/,
    'next to, besides, together with',
    'Easily confused with "besides".',
  ),
  {
    ...prose(
      'stand',
      /(?<!-)\b(?:stands?|stood|standing)\b(?!-|\s+for\b|\s+in\s+for\b)/,
      'is, is in; may stand: is allowed',
      'Data does not stand. It is in a place.',
    ),
    allowed: [{ path: /^real\/tasks\/plant-nursery/, reason: 'Plants in published tasks.' }],
  },
  prose(
    'lie, live',
    /\b(?:lies?|lay|lain|lying|lives?)\b/,
    'is, is stored in',
    'Data does not lie anywhere. It is in a place.',
  ),
  prose('apart', /\bapart\b(?!\s+from)/, 'separately; tell apart: distinguish', oldFashioned),
  prose('laid over', /\blaid\s+over\b/, 'merged into', metaphor),
  prose('travel', /\btravel(?:s|led|ling)?\b/, 'is sent', metaphor),
  {
    ...both('room', /\brooms?\b/, 'space, tokens left; folder', metaphor),
    allowed: [{ path: /^real\/tasks\/swimming-pool/, reason: 'A place in published tasks.' }],
  },
  both('door', /\bdoors?\b/, 'public API, entry point, the one file that imports it', metaphor),
  {
    ...both('house', /\bhouses?\b/, 'project', metaphor),
    allowed: [
      { path: /^real\/tasks\/theatre/, reason: 'A stage of a theatre, in published tasks.' },
    ],
  },
  prose('drawer', /\bdrawers?\b/, 'catch-all file', metaphor),

  // Happenings
  prose(
    'go on',
    /\b(?:goes|go|went|going|gone)\s+on\b/,
    'continue',
    'Phrasal verbs are hard to look up.',
  ),
  prose(
    'become of, come of',
    /\b(?:become|becomes|became|comes|came)\s+of\b/,
    'the result of, happen to',
    oldFashioned,
  ),
  prose('let go', /\blet(?:s|ting)?\s+go\b/, 'release, emit', 'Phrasal verbs are hard to look up.'),
  prose(
    'hand on, hand out',
    /(?<!\bby\s)\bhand(?:s|ed|ing)?\s+(?:on|out)\b/,
    'pass, emit',
    'Phrasal verbs are hard to look up.',
  ),
  prose(
    'give out',
    /\bg(?:ive|ives|iven|ave|iving)\s+out\b/,
    'return',
    'Phrasal verbs are hard to look up.',
  ),
  prose(
    'take for',
    /\b(?:take|takes|taken|took|taking)\s+(?:(?:it|them|this)\s+)?for\s+(?:an?|one|any|the|prose)\b/,
    'treat as',
    'Phrasal verbs are hard to look up.',
  ),
  prose(
    'asked of',
    /\b(?:asks?|asked|awaited|wanted|demanded)\s+of\b/,
    'requested from',
    oldFashioned,
  ),
  prose(
    'by itself',
    /\bby\s+(?:itself|themselves)\b/,
    'automatically, separately, normally',
    'It has several meanings.',
  ),
  prose(
    'is to …',
    /\b(?:is|are|was|were)\s+to\s+(?!the\b|an?\b|this\b|it\b|that\b|you\b|¤)[a-z]+\b/,
    'must, should, will',
    oldFashioned,
  ),
  prose('play', /\bplay(?:s|ed|ing)?\b(?!\s+back)/, 'simulate, run, replay', metaphor),
  prose('pace', /\bpaced?\b/, 'back-pressure, speed', metaphor),
  prose('reins', /\breins\b/, 'controls', metaphor),
  prose('weigh', /\bweigh(?:s|ed|ing)?\b/, 'count, have priority', metaphor),
  prose('gets its due', /\b(?:gets?|got)\s+(?:its|their)\s+due\b/, 'is handled', metaphor),
  prose('deed', /\bdeeds?\b/, 'effect, execution', oldFashioned),
  prose('bear', /\bbears?\b|\bborne\b/, 'have, contain', oldFashioned),
  prose('the very', /\bthe\s+very\b/, 'exactly the same', oldFashioned),
  prose(
    'archaic connectives',
    /\b(?:whence|thence|hence|thereof|thereby|therein|thereto|wherein|whereby|whereof|hereby|herein|hitherto|henceforth|lest|albeit|ought|shall|thrice|afresh|amidst|oft|unto)\b/,
    'from which, so, with it, must',
    oldFashioned,
  ),
  prose(
    'a line (for a connection)',
    /\bfinds?\s+a\s+line\b|\ba\s+line\s+(?:that\s+is\s+there|to\s+the\s+server)\b|\bover\s+(?:a|one)\s+line\b/,
    'a connection',
    metaphor,
  ),
  ...privateNames,
];

/** Files whose texts are data: what a model or a user writes, or words that are looked for. */
export const dataFiles: readonly { readonly path: RegExp; readonly reason: string }[] = [
  {
    path: /^scripts\/word-check\/conditional-where/,
    reason: 'The words around the one that is looked for.',
  },
  {
    path: /^packages\/local\/src\/stand-in\//,
    reason: 'Finds the words of a question, and answers as a model would.',
  },
  {
    path: /^packages\/local\/src\/templates\//,
    reason: 'Chat templates, as model makers wrote them.',
  },
  { path: /^packages\/core\/scripts\//, reason: 'Replies of models.' },
  { path: /^bench\/src\/server\//, reason: 'Replies of the server that is measured against.' },
  {
    path: /^examples\/long-context\/src\/(?:write-page|measure-long-run)/,
    reason: 'Pages of a book.',
  },
];
