import { both, names, type PlainWord } from './word-check/plain-word.ts';

const privateName = 'A name that only this project used. Take the one that the field uses.';

/** Names of the first version that nobody outside of the project could guess. */
export const privateNames: readonly PlainWord[] = [
  both('surroundings', /\bsurroundings\b/, 'environment', privateName),
  both('happening', /\bhappenings?\b/, 'event, RunEventBody', privateName),
  {
    word: 'words (name)',
    in: 'names',
    pattern: /^(?:user )?words$|^(?:joined|add|to|read|check|clean) words$/,
    plain: 'inputs, UserContent, addInput()',
    reason: privateName,
    only: /^packages\/core\/src\/(?:turns|run|dialect)\/|^packages\/core\/test\/(?:agent|run|turns|dialect|support)\/|^docs\/|^README|^ARCH/,
  },
  {
    word: 'offered (name)',
    in: 'names',
    pattern: /\boffered\b/,
    plain: 'activeTools, isActive',
    reason: privateName,
    only: /^packages\/core\/|^docs\//,
  },
  {
    word: 'listen (name)',
    in: 'names',
    pattern: /^listen(?: to generated)?$/,
    plain: 'createParser',
    reason: privateName,
    only: /^packages\/core\/src\/dialect\/|^packages\/local\/src\/chat\/|^ARCH/,
  },
  {
    word: 'wait, follow, drive, ask, exchange, isWhole (names of the loop)',
    in: 'names',
    pattern: /^(?:wait|follow|drive|(?:first )?ask|exchange|is whole)$/,
    plain: 'awaitValue, forward, runToEnd, attempt, requestEvents, withoutStreaming',
    reason: privateName,
    only: /^packages\/core\/src\/run\//,
  },
  {
    word: 'look (name)',
    in: 'names',
    pattern: /^look$/,
    plain: 'poll',
    reason: privateName,
    only: /^packages\/core\/src\/(?:agent|run)\//,
  },
  {
    word: 'line (name of a connection)',
    in: 'names',
    pattern: /^(?:free |open |idle )?lines?$/,
    plain: 'connection',
    reason: privateName,
    only: /^packages\/core\/src\/(?:transport|net)\//,
  },
  names('runAside', /^run aside$/, 'fork', privateName),
  names('news', /^news$/, 'inboxItems', privateName),
  names('takeInbox', /^take inbox$/, 'drainInbox', privateName),
  names('dial', /^dial\b/, 'connect', privateName),
  names(
    'reception, notSent, bytesToSend',
    /^(?:reception|not sent|bytes to send)$/,
    'httpResponse, networkError, httpRequest',
    privateName,
  ),
  names('eventStamp', /^event stamp$/, 'eventMeta', privateName),
  names(
    'growthMemory, goesOn',
    /^growth memory$|^goes on$/,
    'prefixCache, startsWith',
    privateName,
  ),
];
