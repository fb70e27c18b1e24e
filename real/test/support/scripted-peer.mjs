// A peer without a framework: what it does depends on the user's text.
import { named, solveTasks } from '../../peers/channel.mjs';

solveTasks(async ({ tools: [tool], turns: [text], maxSteps }) => {
  if (text.startsWith('Light')) {
    const result = await tool.execute({ lamp: 'hall', to: 'on' });
    return { text: JSON.stringify(result) };
  }
  if (text.startsWith('Hall')) throw named('step-limit', `no answer after ${maxSteps} steps`);
  return process.exit(1);
});
