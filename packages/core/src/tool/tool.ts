import { SchemaError, TurnwiseError } from '../errors.ts';
import type { AsJson, JsonObject, JsonValue } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import { toObjectSchema } from '../schema/convert/to-object-schema.ts';
import {
  type AnySchema,
  type InputOf,
  type OutputOf,
  toSchema,
} from '../schema/convert/to-schema.ts';
import type { ParameterPath } from '../schema/json-schema/parameter-path.ts';
import type { Schema } from '../schema/schema.ts';
import type { ToolCall } from '../turns/turn.ts';
import { checkGroundedPaths } from './grounded-parameters.ts';
import type { ToolOutput } from './tool-output.ts';

/** The second argument of `execute`. */
export interface ToolContext<Context = unknown> {
  /** What the program passed as `agent.run(input, { context })`. */
  readonly context: Context;
  /** Aborts when the run is aborted or the tool's timeout has passed. */
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly callId: string;
  /** The same for every execution of this call: `runId/callId`. Pass it to services that ignore repeated requests. */
  readonly idempotencyKey: string;
  /** 1, or more if the call is executed again: by an engine after a crash, or with the answer to a question. */
  readonly attempt: number;
  /** Emits a `tool-progressed` event. The model does not get it. */
  progress(value: JsonValue): void;
  /**
   * Asks a human and resolves with the answer. Without an answer yet, it rejects, and the run pauses with the question in
   * `waiting`; after the answer the tool is executed again from its beginning, and `ask` resolves. So ask before the tool
   * changes anything. Several questions are asked one after the other; they must be the same in each execution.
   */
  ask(question: JsonValue): Promise<JsonValue>;
}

/** Whether a call may be executed twice: always, with the same idempotency key, or never. */
export type ToolRepeat = 'safe' | 'idempotent' | 'never';

/** The definition of a tool, see {@link tool}. */
export interface ToolDefinition<
  Parameters extends AnySchema,
  Context,
  Name extends string = string,
> {
  /** 1 to 128 letters, digits, `_`, `-`, `.`, `/` or `:`. A dialect that does not allow such a name uses an alias. */
  readonly name: Name;
  /** What the tool does and when to use it, for the model. */
  readonly description: string;
  /** The schema of an object: zod 4, zod 3, Standard Schema or JSON Schema. @default a tool without parameters */
  readonly parameters?: Parameters | undefined;
  /**
   * Runs the tool. If it throws, the model gets an `error` result with the message. Without it the run pauses at each call, and
   * the program answers the call with a decision: for tools that run somewhere else, such as in a browser.
   */
  execute?(
    input: OutputOf<Parameters>,
    context: ToolContext<Context>,
  ): ToolOutput | Promise<ToolOutput>;
  /** Whether a human must approve a call first. @default false */
  readonly needsApproval?: boolean | ApprovalRule<OutputOf<Parameters>, Context> | undefined;
  /**
   * Parameters whose values must occur in the conversation: in the instructions, the inputs of the user or the results of
   * tools. A call with another value is not run, and the model is asked to look it up or to ask the user. A path leads into
   * an object (`customer.email`) and through lists (`items.sku`). An empty list turns the check off if the agent has
   * `grounded: true`. @default none
   */
  readonly grounded?: readonly ParameterPath<InputOf<Parameters>>[] | undefined;
  /** Whether the model gets the tool; checked before each request. @default true */
  readonly isEnabled?: boolean | ((context: Context) => boolean | Promise<boolean>) | undefined;
  /** Milliseconds after which the run continues without the result, even if the tool ignores its signal. @default 60_000 */
  readonly timeoutMs?: number | undefined;
  /** Whether an engine that replays a run may execute a call again; without an engine a call runs once. @default 'never' */
  readonly repeat?: ToolRepeat | undefined;
  /** Whether a call may run at the same time as other calls of its turn. @default 'parallel' */
  readonly concurrency?: 'parallel' | 'exclusive' | undefined;
  /** Characters of a result that the model gets; the transcript keeps the full text. @default 20_000 */
  readonly maxResultChars?: number | undefined;
}

/** The schema of a tool without parameters. */
export type NoParameters = Schema<Readonly<Record<string, never>>>;

/** Decides whether a call needs the approval of a human. */
export type ApprovalRule<Input, Context> = (
  input: Input,
  context: { readonly context: Context; readonly callId: string },
) => boolean | Promise<boolean>;

/** The arguments that a schema accepts, as JSON: `JsonObject` if the schema has no known type. */
export type ArgumentsOf<Parameters> =
  AsJson<InputOf<Parameters>> extends infer Arguments extends JsonObject ? Arguments : JsonObject;

/** A tool that an agent can offer. Make one with {@link tool}. `Call` is the type of its calls. */
export interface Tool<in Context = unknown, out Call extends ToolCall = ToolCall> {
  readonly name: Call['name'];
  readonly description: string;
  readonly schema: Schema;
  readonly timeoutMs: number;
  readonly repeat: ToolRepeat;
  readonly concurrency: 'parallel' | 'exclusive';
  readonly maxResultChars: number;
  /** Whether the tool has no `execute` and its calls wait for an answer from outside. */
  readonly isOutside: boolean;
  execute(input: unknown, context: ToolContext<Context>): ToolOutput | Promise<ToolOutput>;
  readonly needsApproval: boolean | ApprovalRule<unknown, Context>;
  /** Paths of the parameters whose values must occur in the conversation; missing if the agent decides. */
  readonly grounded?: readonly string[];
  readonly isEnabled: boolean | ((context: Context) => boolean | Promise<boolean>);
  /** Only for TypeScript: it has no value. */
  readonly '~call'?: Call;
}

/**
 * Defines a tool; the types of `execute`'s arguments come from the schema.
 * Throws `invalid_tool` if the name or an option is not valid, `invalid_options` for an option that does not exist, and
 * `invalid_schema` if the parameters are not an object or cannot be converted to JSON Schema.
 *
 * @example
 * const add = tool({
 *   name: 'add',
 *   description: 'Adds two numbers.',
 *   parameters: z.object({ a: z.number(), b: z.number() }),
 *   execute: ({ a, b }) => a + b,
 * });
 */
export function tool<
  const Parameters extends AnySchema = NoParameters,
  Context = unknown,
  const Name extends string = string,
>(
  definition: ToolDefinition<Parameters, Context, Name>,
): Tool<Context, ToolCall<Name, ArgumentsOf<Parameters>>> {
  checkDefinition(definition);
  const { needsApproval = false, isEnabled = true } = definition;
  const schema = objectSchema(definition.name, definition.parameters);
  const grounded: readonly string[] | undefined = definition.grounded;
  checkGroundedPaths(definition.name, grounded ?? [], schema.jsonSchema);
  return Object.freeze({
    name: definition.name,
    description: definition.description,
    schema,
    timeoutMs: definition.timeoutMs ?? 60_000,
    repeat: definition.repeat ?? 'never',
    concurrency: definition.concurrency ?? 'parallel',
    maxResultChars: definition.maxResultChars ?? 20_000,
    isOutside: definition.execute === undefined,
    execute: (input: unknown, context: ToolContext<Context>) =>
      definition.execute?.(input as OutputOf<Parameters>, context),
    needsApproval:
      typeof needsApproval === 'boolean'
        ? needsApproval
        : (input: unknown, context: { readonly context: Context; readonly callId: string }) =>
            needsApproval(input as OutputOf<Parameters>, context),
    ...(grounded && { grounded: Object.freeze([...grounded]) }),
    isEnabled,
  });
}

const flagOrFunction = option.value('true, false or a function', (given) =>
  ['boolean', 'function'].includes(typeof given),
);

const definitionChecks: OptionChecks<ToolDefinition<AnySchema, never>> = {
  name: option.any,
  description: option.any,
  parameters: option.any,
  execute: option.any,
  needsApproval: flagOrFunction,
  grounded: option.strings,
  isEnabled: flagOrFunction,
  timeoutMs: option.number({ above: 0 }),
  repeat: option.oneOf('safe', 'idempotent', 'never'),
  concurrency: option.oneOf('parallel', 'exclusive'),
  maxResultChars: option.whole(1),
};

const namePattern = () => /^[\p{L}\p{N}_][\p{L}\p{N}_.\-/:]{0,127}$/u;

function checkDefinition(definition: ToolDefinition<AnySchema, never>): void {
  if (typeof definition !== 'object' || definition === null) {
    throw new TurnwiseError(
      'invalid_tool',
      'A tool needs a definition: tool({ name, description, parameters, execute }).',
    );
  }
  const { name, description } = definition;
  checkOptions(definition, {
    name: typeof name === 'string' ? `tool "${name}"` : 'tool()',
    known: definitionChecks,
    wrongValue: 'invalid_tool',
  });
  if (typeof name !== 'string' || !namePattern().test(name)) {
    throw new TurnwiseError(
      'invalid_tool',
      `Tool name ${JSON.stringify(name)} is not valid. Use 1 to 128 letters, digits, "_", "-", ".", "/" or ":"; the first must be a letter, a digit or "_".`,
    );
  }
  if (typeof description !== 'string' || description.trim() === '') {
    throw new TurnwiseError(
      'invalid_tool',
      `Tool "${name}" needs a description: what it does and when to use it, in a sentence for the model.`,
    );
  }
  if (definition.execute !== undefined && typeof definition.execute !== 'function') {
    throw new TurnwiseError(
      'invalid_tool',
      `\`execute\` of tool "${name}" is not a function. Pass one, or leave it out if the calls are answered from outside.`,
    );
  }
}

const noParameters: JsonObject = { type: 'object', properties: {}, additionalProperties: false };

function objectSchema(name: string, parameters: AnySchema = noParameters): Schema {
  const schema = nameTool(name, () => toSchema(parameters));
  const jsonSchema = toObjectSchema(schema.jsonSchema, `parameters of tool "${name}"`);
  if (jsonSchema === schema.jsonSchema) return schema;
  return { jsonSchema, validate: (value) => schema.validate(value) };
}

/** An agent may have hundreds of tools: the error of a schema names the one that has it. */
function nameTool(name: string, convert: () => Schema): Schema {
  try {
    return convert();
  } catch (thrown) {
    if (!(thrown instanceof SchemaError)) throw thrown;
    const { path, reason } = thrown;
    throw new SchemaError(path, reason, { cause: thrown }, `The schema of tool "${name}"`);
  }
}
