/**
 * Serves hostile replies to `measure-linear-time.ts`, which starts it as a process, so that the time to send is not measured.
 * A path is `/(streamed|whole)/CHARACTERS/KIND/v1/chat/completions`. Sends its port to the parent and ends with it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostileBody } from './hostile-replies.ts';

let last = { path: '', body: '' };
const server = createServer((request, response) => {
  const path = request.url ?? '';
  const [, delivery, characters, kind = ''] = path.split('/').map(decodeURIComponent);
  const isStreamed = delivery === 'streamed';
  if (last.path !== path) last = { path, body: hostileBody(kind, Number(characters), isStreamed) };
  request.resume().on('end', () => {
    const type = isStreamed ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type }).end(last.body);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
