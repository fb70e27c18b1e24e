import { describe, expect, test } from '@jest/globals';
import { detectProfile } from '../../src/profile/detect-profile.ts';
import { guessProfile } from '../../src/profile/guess-profile.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { privatemodeProfile } from '../../src/profile/privatemode-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import {
  readLlamaProps,
  readLmStudioModels,
  readModelsPage,
  readOllamaProcesses,
  readOllamaShow,
} from '../../src/profile/read-server-pages.ts';

const { gemma3, gemma3Strict } = profiles;

/** The page of a llama-server with one model. */
const llamaPage = (id: string, weights: number) => ({
  object: 'list',
  data: [{ id, owned_by: 'llamacpp', meta: { n_params: weights } }],
});

const listOf = (...data: readonly Record<string, string | number>[]) => ({ object: 'list', data });

describe('the pages of servers', () => {
  test('/models of vLLM has the server and the served context window', () => {
    const page = listOf({ id: 'gemma-3-27b', owned_by: 'vllm', max_model_len: 131072 });
    expect(readModelsPage(page, 'gemma-3-27b')).toEqual({
      server: 'vllm',
      source: '/models',
      contextWindow: 131_072,
    });
  });

  test('/models has the context window of the requested model, not of another model', () => {
    const page = listOf(
      { id: 'small', owned_by: 'vllm', max_model_len: 8192 },
      { id: 'large', owned_by: 'vllm', max_model_len: 32768 },
    );
    expect(readModelsPage(page, 'large').contextWindow).toBe(32_768);
    expect(readModelsPage(page, 'other').contextWindow).toBeUndefined();
  });

  test.each([
    ['llamacpp', 'llama.cpp'],
    ['library', 'ollama'],
    ['organization_owner', 'lm-studio'],
    ['openai', 'openai'],
  ])('/models of an owner "%s" means %s', (owner, server) => {
    expect(readModelsPage(listOf({ id: 'm', owned_by: owner }), 'm').server).toBe(server);
  });

  test.each([null, 'no', 7, [], {}, { data: {} }, { data: [null, 'x', { owned_by: 3 }] }])(
    'a page with other content gives no facts: %j',
    (page) => {
      expect(readModelsPage(page, 'm')).toEqual({ source: '/models' });
      expect(readLlamaProps(page)).toBeUndefined();
      expect(readOllamaShow(page)).toBeUndefined();
      expect(readLmStudioModels(page, 'm')).toBeUndefined();
      expect(readOllamaProcesses(page, 'm')).toEqual({});
    },
  );

  test('/props of llama.cpp has the abilities of the template, the window of a slot and image support', () => {
    const page = {
      default_generation_settings: { n_ctx: 8192 },
      chat_template: '<start_of_turn>',
      chat_template_caps: {
        supports_tools: false,
        supports_system_role: true,
        supports_parallel_tool_calls: false,
      },
      modalities: { vision: true },
    };
    expect(readLlamaProps(page)).toEqual({
      server: 'llama.cpp',
      source: '/props',
      tools: false,
      systemRole: true,
      callsTogether: false,
      images: true,
      chatTemplate: '<start_of_turn>',
      contextWindow: 8192,
    });
  });

  test('/props of a llama.cpp whose template prints tools but no calls means that tools are not supported', () => {
    const page = { chat_template_caps: { supports_tools: true, supports_tool_calls: false } };
    expect(readLlamaProps(page)?.tools).toBe(false);
    const { profile } = detectProfile('lfm2-8b', readLlamaProps(page) ?? {});
    expect(profile.dialect).toBe('prompted');
  });

  test('/props of a llama.cpp whose template takes one call in each message leads to one message for each call', () => {
    const abilities = {
      supports_tools: true,
      supports_tool_calls: true,
      supports_parallel_tool_calls: false,
    };
    const facts = readLlamaProps({ chat_template_caps: abilities }) ?? {};
    expect(detectProfile('any', facts).profile.turns.calls).toBe('unrolled');
  });

  test('/props of an older llama.cpp does not report tool support', () => {
    const facts = readLlamaProps({ default_generation_settings: { n_ctx: 2048 } });
    expect(facts).toEqual({ server: 'llama.cpp', source: '/props', contextWindow: 2048 });
  });

  test('/api/show of Ollama has the configured context window, and 4096 by default', () => {
    const info = { 'general.architecture': 'gemma3', 'gemma3.context_length': 131_072 };
    const capabilities = ['completion', 'vision'];
    const set = readOllamaShow({
      model_info: info,
      capabilities,
      parameters: 'stop "x"\nnum_ctx   16384',
    });
    expect(set).toEqual({
      server: 'ollama',
      source: '/api/show',
      architecture: 'gemma3',
      tools: false,
      images: true,
      contextWindow: 16_384,
    });
    expect(readOllamaShow({ model_info: info, capabilities })?.contextWindow).toBe(4096);
  });

  test('/api/show of a small model never gives more than the maximum of the model', () => {
    const info = { 'general.architecture': 'tiny', 'tiny.context_length': 2048 };
    expect(readOllamaShow({ model_info: info })?.contextWindow).toBe(2048);
  });

  test('/api/ps of Ollama has the context window of the loaded model', () => {
    const page = { models: [{ name: 'gemma3:12b', context_length: 32_768 }] };
    expect(readOllamaProcesses(page, 'gemma3:12b')).toEqual({ contextWindow: 32_768 });
    expect(readOllamaProcesses(page, 'other')).toEqual({});
  });

  test('/api/v0/models of LM Studio gives the loaded context window, not the maximum', () => {
    const entry = {
      id: 'google/gemma-3-12b',
      type: 'vlm',
      arch: 'gemma3',
      state: 'loaded',
      max_context_length: 131_072,
      loaded_context_length: 4096,
      capabilities: ['tool_use'],
    };
    expect(readLmStudioModels({ data: [entry] }, 'google/gemma-3-12b')).toEqual({
      server: 'lm-studio',
      source: '/api/v0/models',
      tools: true,
      images: true,
      architecture: 'gemma3',
      contextWindow: 4096,
    });
  });
});

describe('the family of a model', () => {
  test.each([
    ['gemma-3-27b', 'gemma-3'],
    ['google/gemma-4-31b-it', 'gemma-4'],
    ['meta-llama/Llama-3.3-70B', 'llama-3'],
    ['Qwen3-8B-GGUF', 'qwen-3'],
    ['mistral-small', 'mistral'],
    ['gpt-4o', 'openai'],
    ['google/functiongemma-270m-it', 'function-gemma'],
    ['meta-llama/Llama-4-Scout-17B-16E-Instruct', 'llama-4'],
    ['codellama:13b', 'llama-2'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mistral-v1'],
    ['Mistral-7B-Instruct-v0.3', 'mistral'],
    ['openai/gpt-oss-20b', 'gpt-oss'],
    ['moonshotai/Kimi-K2-Thinking', 'kimi'],
    ['zai-org/GLM-5.1', 'glm'],
    ['zai-org/GLM-4.6', 'glm'],
    ['THUDM/glm-4-9b-chat', 'glm-4'],
    ['DeepSeek-R1-Distill-Qwen-14B', 'deepseek-r1'],
    ['ibm-granite/granite-4.0-h-small', 'granite'],
    ['ibm-granite/granite-20b-functioncalling', 'granite-20b'],
    ['NousResearch/Hermes-3-Llama-3.1-8B', 'hermes'],
    ['microsoft/Phi-4-mini-instruct', 'phi-4-mini'],
    ['a-model-that-nobody-knows', 'openai'],
  ])('is recognised by the id %s, and its profile does not contradict itself', (model, id) => {
    const profile = guessProfile(model);
    expect(profile.id).toBe(id);
    expect(() => defineProfile(profile, {})).not.toThrow();
  });

  test('is recognised by the chat template if the id is unknown', () => {
    expect(guessProfile('default', { chatTemplate: "{{'<start_of_turn>'}}" }).id).toBe('gemma-3');
    const mistral = '[AVAILABLE_TOOLS]{{ tools }}[INST]';
    expect(guessProfile('default', { chatTemplate: mistral, architecture: 'llama' }).id).toBe(
      'mistral',
    );
    expect(guessProfile('default', { chatTemplate: '[INST]' }).id).toBe('mistral-v1');
    expect(guessProfile('default', { chatTemplate: '[INST]<<SYS>>' }).id).toBe('llama-2');
    expect(guessProfile('default', { chatTemplate: '<|header_start|>user' }).id).toBe('llama-4');
  });

  test('is recognised by the architecture if id and template are unknown', () => {
    expect(guessProfile('my-model', { architecture: 'gemma3' }).id).toBe('gemma-3');
  });
});

describe('whether a reply may begin inside a thought', () => {
  const prompt = "{{ '<|im_start|>assistant\\n";
  test.each([
    ['the name', 'deepseek-r1-distill', {}, true],
    ['the name', 'QwQ-32B', {}, true],
    ['the name', 'Qwen3-30B-A3B-Thinking-2507', {}, true],
    ['the family', 'qwen3-32b', {}, true],
    ['the name', 'Qwen3-30B-A3B-Instruct-2507', {}, false],
    ['the name', 'qwen3-coder-30b', {}, false],
    ['the name', 'gemma-3-27b', {}, false],
    ['the template', 'default', { chatTemplate: `${prompt}<think>\\n' }}` }, true],
    ['the template', 'default', { chatTemplate: `${prompt}' }}` }, false],
    [
      'the template',
      'qwen3-thinking',
      { chatTemplate: `${prompt}' }}{% if not think %}{{ '<think>\\n\\n</think>' }}` },
      false,
    ],
    ['the template', 'r1', { chatTemplate: "[INST] {{'<｜Assistant｜><think>\\n'}}" }, true],
  ])('is known from %s of %s', (_source, model, facts, expected) => {
    expect(guessProfile(model, facts).thoughts?.startsInside ?? false).toBe(expected);
  });
});

describe('the detected profile', () => {
  test('of Gemma on vLLM is native, with the served context window', () => {
    const { profile, why } = detectProfile('gemma-3-27b', {
      server: 'vllm',
      source: '/models',
      contextWindow: 32_768,
    });
    expect(profile).toEqual({ ...gemma3, contextWindow: 32_768 });
    expect(why).toMatch(/^vLLM .*\/models/);
  });

  test.each([
    ['llama.cpp without tools in its template', { server: 'llama.cpp', tools: false }],
    ['llama.cpp that does not report tools', { server: 'llama.cpp' }],
    ['Ollama without the capability', { server: 'ollama', tools: false }],
    ['LM Studio without tool use', { server: 'lm-studio', tools: false }],
    ['an unknown server', {}],
  ] as const)('of Gemma on %s is strict and prompted', (_name, facts) => {
    const { profile } = detectProfile('gemma-3-12b', facts);
    expect(profile).toMatchObject({ id: 'gemma-3-strict', dialect: 'prompted' });
    expect(profile.turns).toEqual(gemma3Strict.turns);
  });

  test('of Gemma with a tool template is native, also on llama.cpp', () => {
    const { profile } = detectProfile('gemma', { server: 'llama.cpp', tools: true });
    expect(profile).toMatchObject({ id: 'gemma-3', dialect: 'native', constraints: 'llama.cpp' });
  });

  test('of another family without tools is strict and prompted', () => {
    const { profile, why } = detectProfile('llama-3.2', {
      server: 'ollama',
      source: '/api/show',
      tools: false,
    });
    expect(profile).toMatchObject({ id: 'llama-3-strict', dialect: 'prompted' });
    expect(profile.turns).toMatchObject({ order: 'strict', toolRole: false });
    expect(why).toBe('Ollama does not support tools for this model (/api/show).');
  });

  test('is strict if the chat template requires alternating roles', () => {
    const chatTemplate =
      "<|im_start|> {{ raise_exception('Conversation roles must alternate user/assistant') }}";
    const { profile } = detectProfile('default', { server: 'llama.cpp', chatTemplate });
    expect(profile).toMatchObject({ id: 'qwen-3', turns: { order: 'strict' } });
  });

  test('puts the instructions into the first user message if there is no system role', () => {
    const { profile } = detectProfile('mistral', { server: 'llama.cpp', systemRole: false });
    expect(profile.turns.system).toBe('in-first-user');
  });

  test('of a server without image support has no images', () => {
    expect(detectProfile('gemma-3', { images: false }).profile).not.toHaveProperty('images');
    expect(detectProfile('gemma-3', { images: true }).profile).toHaveProperty('images');
  });

  test('never throws, for any family and any facts', () => {
    for (const model of ['gemma-3', 'gemma-4', 'llama', 'qwen', 'mistral', 'x']) {
      for (const server of ['vllm', 'llama.cpp', 'ollama', 'lm-studio', 'openai'] as const) {
        for (const tools of [true, false]) {
          for (const systemRole of [true, false]) {
            const facts = { server, tools, systemRole, images: systemRole, contextWindow: 1 };
            expect(detectProfile(model, facts).profile.contextWindow).toBe(1);
          }
        }
      }
    }
  });
});

describe('models of Privatemode', () => {
  test('have a profile for each id that it serves', () => {
    expect(privatemodeProfile('gemma-3-27b')).toBe(gemma3);
    expect(privatemodeProfile('gemma-4-31b')).toBe(profiles.gemma4);
    expect(privatemodeProfile('openai/gpt-oss-120b')?.dialect).toBe('native');
  });

  test('have no profile for other ids', () => {
    expect(privatemodeProfile('gemma-5')).toBeUndefined();
  });
});

describe('a small model on a server with the grammars of llama.cpp', () => {
  const detect = (id: string, weights: number, chatTemplate = '') =>
    detectProfile(id, { ...readModelsPage(llamaPage(id, weights), id), tools: true, chatTemplate });

  test.each(['weights.gguf', 'tiny-chat'])('gets a grammar and an example: "%s"', (id) => {
    expect(detect(id, 1_777_088_000)).toMatchObject({
      profile: { dialect: 'guided', guidedExample: true, structuredOutput: 'json_schema' },
      why: expect.stringContaining('4 billion weights'),
    });
  });

  test('is not a model with more weights, nor one whose template has thoughts', () => {
    expect(detect('weights.gguf', 27e9).profile.dialect).toBe('native');
    expect(detect('weights.gguf', 1.7e9, '{{ "<think>" }}').profile.dialect).toBe('native');
  });

  test('is recognised from what Ollama reports', () => {
    const facts = readOllamaShow({
      capabilities: ['tools'],
      model_info: { 'general.architecture': 'llama', 'general.parameter_count': 1_235_814_432 },
    });
    expect(detectProfile('tiny-chat', facts ?? {}).profile.dialect).toBe('guided');
  });
});
