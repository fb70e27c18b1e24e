import { createServer } from 'node:http';
import { createAgent } from './create-agent.ts';
import { handleRequest } from './handle-request.ts';
import { openModel } from './open-model.ts';

const { model } = await openModel();
const agent = createAgent(model);
const port = Number(process.env.PORT ?? 3000);

createServer((request, response) => {
  handleRequest(agent, request, response).catch((error) => response.destroy(error));
  // Only this machine can reach it. Before you open it to others, add a check of who asks.
}).listen(port, '127.0.0.1', () => {
  console.log(`Ask with: curl -d "Where is order A-2?" http://localhost:${port}/sessions/1`);
});
