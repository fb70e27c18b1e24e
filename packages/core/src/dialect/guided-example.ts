import type { WireMessage } from './wire.ts';

/**
 * A conversation with tools that no request offers, in the form of the guided dialect: a look-up by id, two calls in one
 * reply, calls with ids from a result, an answer about a refused action, and an answer without calls.
 */
export function guidedExample(tag: string): readonly WireMessage[] {
  const user = (content: string): WireMessage => ({ role: 'user', content });
  const reply = (content: object): WireMessage => ({
    role: 'assistant',
    content: JSON.stringify(content),
  });
  const call = (name: string, args: object) => ({ name, arguments: args });
  const results = (name: string, ...texts: string[]): WireMessage =>
    user(
      texts
        .map((text, index) => `<${tag} name="${name}" call="${index + 1}">\n${text}\n</${tag}>`)
        .join('\n'),
    );
  return [
    user('Where is parcel x-7?'),
    reply({ calls: [call('get_parcel', { parcel_id: 'x-7' })] }),
    results('get_parcel', '{"id":"x-7","place":"Lyon"}'),
    reply({ answer: 'Parcel x-7 is in Lyon.' }),
    user('Cancel the trip of Ann and Bo.'),
    reply({ calls: [call('find_trips', { query: 'Ann' }), call('find_trips', { query: 'Bo' })] }),
    results('find_trips', '[{"id":"t-9","name":"Ann"}]', '[{"id":"t-4","name":"Bo"}]'),
    reply({
      calls: [call('cancel_trip', { trip_id: 't-9' }), call('cancel_trip', { trip_id: 't-4' })],
    }),
    results('cancel_trip', '{"ok":true}', '{"error":"already on the way"}'),
    reply({
      answer:
        'I cancelled the trip of Ann. The trip of Bo cannot be cancelled: it is already on the way.',
    }),
    user('What is a parcel?'),
    reply({ answer: 'A parcel is a wrapped thing that is sent by post.' }),
  ];
}
