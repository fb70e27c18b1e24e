export { forbidNetwork } from './forbid-network.ts';
export {
  callsTool,
  callsTools,
  fails,
  type ScriptedModel,
  type ScriptedReply,
  says,
  saysNothing,
  scriptedModel,
} from './scripted-model.ts';
