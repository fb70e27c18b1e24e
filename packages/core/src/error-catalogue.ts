/** What is known about an error code. */
export interface ErrorMeaning {
  /** What happened. */
  readonly meaning: string;
  /** Who can fix it: the developer of the program, or the operator of the model server (also the owner of its account). */
  readonly fixedBy: 'developer' | 'operator' | 'developer or operator';
  /** What to do. */
  readonly cure: string;
}

/** Every error code of Turnwise. The codes are stable; the messages may change. */
export const errorCatalogue = {
  invalid_options: {
    meaning: 'The program passed an option that cannot work.',
    fixedBy: 'developer',
    cure: 'Correct the option that the message names.',
  },
  invalid_tool: {
    meaning: 'A tool was defined in a way that no model could call.',
    fixedBy: 'developer',
    cure: 'Correct the part of the tool that the message names.',
  },
  duplicate_tool: {
    meaning: 'Two tools of one agent have the same name.',
    fixedBy: 'developer',
    cure: 'Rename one of the tools.',
  },
  invalid_schema: {
    meaning: 'A schema cannot be converted to JSON Schema, or this server cannot use it.',
    fixedBy: 'developer',
    cure: 'Change the part of the schema at `path`; `reason` explains what is possible.',
  },
  invalid_image: {
    meaning: 'An image could not be read, is incomplete, is not an image, or is too large.',
    fixedBy: 'developer',
    cure: 'Pass a PNG, JPEG, WebP or GIF, or allow larger images with the option `images`.',
  },
  invalid_state: {
    meaning: 'A saved state or transcript cannot be continued.',
    fixedBy: 'developer',
    cure: 'Pass the JSON exactly as it was saved, to an agent with the same tools.',
  },
  calls_waiting: {
    meaning: 'A new input was given to a conversation whose calls wait for a decision.',
    fixedBy: 'developer',
    cure: 'Decide with `agent.resume(state, { decisions })`, or pass `openCalls: "cancel"`.',
  },
  session_busy: {
    meaning: 'Another run uses the session.',
    fixedBy: 'developer',
    cure: 'Start the run after the other one, or add the input to it with `steer()`.',
  },
  session_conflict: {
    meaning: 'The session was changed by another process while the run was running.',
    fixedBy: 'developer',
    cure: 'Run the input again; let only one process use a session at a time.',
  },
  engine_stopped: {
    meaning:
      'An engine stopped the run without ending it: it was suspended, its lease was lost, its records do not match the code, or the store failed. `reason` names it.',
    fixedBy: 'developer or operator',
    cure: 'Continue the run with its engine; for `non_determinism`, with the code that started it.',
  },
  turn_order: {
    meaning: 'The messages of a conversation are in an order that the model does not accept.',
    fixedBy: 'developer',
    cure: 'Build histories with `Transcript`, or import them with `Transcript.repair`.',
  },
  model_unreachable: {
    meaning: 'No connection to the model endpoint.',
    fixedBy: 'developer or operator',
    cure: 'Start the server, and check the base URL, the network, the proxy and the certificate.',
  },
  model_unauthorized: {
    meaning: 'The endpoint did not accept the key.',
    fixedBy: 'developer or operator',
    cure: 'Set the correct `apiKey`, or allow the key to use the model.',
  },
  model_not_found: {
    meaning: 'The endpoint does not serve that model.',
    fixedBy: 'developer or operator',
    cure: 'Check the name of the model and the base URL; `GET {baseURL}/models` lists the models.',
  },
  model_refused: {
    meaning: 'The endpoint refused the request. The same request would be refused again.',
    fixedBy: 'developer or operator',
    cure: 'Follow `details.cure`; `details.serverMessage` is the reason of the server.',
  },
  model_overloaded: {
    meaning: 'The endpoint was overloaded or failing, even after every retry.',
    fixedBy: 'developer or operator',
    cure: 'Try again later with `agent.resume(error.state)`, send fewer requests at once, or raise the options in `retry`.',
  },
  model_timeout: {
    meaning: 'The model did not answer in time.',
    fixedBy: 'developer or operator',
    cure: 'Raise the limit in `timeouts` that the message names, or check what the server is doing.',
  },
  model_failed: {
    meaning: 'The endpoint sent a broken reply, or failed in a way that has no code of its own.',
    fixedBy: 'operator',
    cure: 'Check the log of the server; `TURNWISE_DEBUG=wire` prints what it sent.',
  },
  model_output: {
    meaning: 'The replies of the model could not be used, even after asking again.',
    fixedBy: 'developer or operator',
    cure: 'Try another dialect, a higher `settings.maxOutputTokens` or simpler tools; if `details.kind` is `content-filter`, change the input or the filter of the server. `details.reply` is the last reply.',
  },
  model_call_unreadable: {
    meaning:
      'The model wrote a call as text that cannot be read, even after asking again. It is not an answer.',
    fixedBy: 'developer',
    cure: 'Use the dialect "guided" if the server supports it, or another model; `details.reply` is the last reply.',
  },
  model_call_missing: {
    meaning:
      'The model answered with text although `toolChoice` forces a call, or made up a value of the call, even after asking again.',
    fixedBy: 'developer',
    cure: 'Use the dialect "guided" if the server supports it, or another model; `details.reply` is the last reply.',
  },
  context_overflow: {
    meaning: 'The prompt does not fit the context window.',
    fixedBy: 'developer or operator',
    cure: 'Shorten the input, the instructions or the tool results, or start the server with a larger context window.',
  },
  text_replaced: {
    meaning:
      'Text that `textStream` had yielded is not in the final reply: the reply broke off and was different the second time, or the text was a thought.',
    fixedBy: 'developer',
    cure: 'Discard the text that `textStream` yielded, and use `await run.result`. For a model whose chat template begins the thought, set `thoughts.startsInside` in its profile.',
  },
  run_failed: {
    meaning:
      'A function that the program passed to a run threw an error or returned a value of the wrong type.',
    fixedBy: 'developer',
    cure: 'Correct the function that the message names; `cause` is what it threw.',
  },
  store_in_use: {
    meaning: 'Another process owns the store of durable runs and continues its runs.',
    fixedBy: 'developer or operator',
    cure: 'End the process that the message names, or use its functions. Decisions and inputs can be given from any process.',
  },
  store_failed: {
    meaning:
      'The store of sessions or durable runs could not be opened, read or written. What was stored before is intact.',
    fixedBy: 'operator',
    cure: 'Correct what the message names, such as a full disk or a missing permission, and continue the runs.',
  },
  store_newer: {
    meaning: 'The store was made by a newer version of `@turnwise/durable`.',
    fixedBy: 'developer or operator',
    cure: 'Update `@turnwise/durable`. Nothing was changed.',
  },
  store_damaged: {
    meaning: 'A part of the store cannot be read.',
    fixedBy: 'operator',
    cure: 'Restore the store from a backup, or start the run that the message names again with another id.',
  },
  lease_lost: {
    meaning:
      'Another process, or a later attempt of this one, continues the run or owns the store now.',
    fixedBy: 'developer or operator',
    cure: 'Nothing was written, and nothing has to be done: the other one finishes the run.',
  },
  run_unknown: {
    meaning: 'The store has no run with this id.',
    fixedBy: 'developer',
    cure: 'Check the id; `list()` returns the runs of the store.',
  },
  run_exists: {
    meaning: 'A run with this id exists and was started with another input or agent.',
    fixedBy: 'developer',
    cure: 'Use another `runId`, or read the run that exists with `get(id)`.',
  },
  run_ended: {
    meaning: 'The run has ended, so that it takes no input and no decision.',
    fixedBy: 'developer',
    cure: 'Start a new run; `result(id)` is how the run ended.',
  },
  agent_changed: {
    meaning:
      'The agent of a durable run is missing, or its model, tools, instructions or output are different from those that the run was started with.',
    fixedBy: 'developer',
    cure: 'Continue it with the version that started it, or accept the difference with `resume(id, { accept: "changed-agent" })`.',
  },
  tools_unreachable: {
    meaning: 'A server of tools (MCP) could not be started or reached.',
    fixedBy: 'developer or operator',
    cure: 'Correct the option `transport`, or start the server.',
  },
  network_refused: {
    meaning: 'The network guard does not allow an address.',
    fixedBy: 'developer',
    cure: 'Allow the address in the options of the guard, if it is safe.',
  },
  output_invalid: {
    meaning: 'The answer does not match the output schema, even after every retry.',
    fixedBy: 'developer',
    cure: 'Simplify the schema or describe its fields; `issues` lists the problems of the last answer.',
  },
} as const satisfies Readonly<Record<string, ErrorMeaning>>;

/** The stable name of an error. {@link errorCatalogue} has the meaning of each. */
export type ErrorCode = keyof typeof errorCatalogue;
