// A set of tasks that the code does not know: two lamps.
export const instructions = 'You switch the lamps of a flat.';

export function makeFlat() {
  const state = { hall: 'off', attic: 'off' };
  const parameters = {
    type: 'object',
    properties: { lamp: { type: 'string' }, to: { type: 'string', enum: ['on', 'off'] } },
    required: ['lamp', 'to'],
    additionalProperties: false,
  };
  const execute = ({ lamp, to }) => {
    if (state[lamp] === undefined) return { error: `no lamp in ${lamp}` };
    state[lamp] = to;
    return { ok: true };
  };
  const description = 'Switches a lamp.';
  return {
    state,
    tools: [{ name: 'switch_lamp', description, parameters, grounded: ['lamp'], execute }],
  };
}

export const tasks = [
  { id: 'hall', turns: ['Light in the hall, please.'], ok: (state) => state.hall === 'on' },
  {
    id: 'both',
    turns: ['Hall on.', 'Attic too.'],
    ok: (state) => state.hall === 'on' && state.attic === 'on',
  },
  {
    id: 'form',
    turns: ['Which lamps do you know?'],
    output: { type: 'object', properties: { lamps: { type: 'integer' } }, required: ['lamps'] },
    ok: (_state, _text, calls, output) => calls.length === 0 && output?.lamps === 2,
  },
];
