/** What went wrong. The code is stable; the message explains it to a person. */
export type LaneErrorCode =
  | 'invalid_arguments'
  | 'program_missing'
  | 'program_failed'
  | 'download_failed'
  | 'disk_full'
  | 'checksum_mismatch'
  | 'unsupported_platform'
  | 'port_in_use'
  | 'server_failed'
  | 'locked'
  | 'template_invalid'
  | 'tasks_invalid';

/** Thrown on purpose by this folder. The message names the cause and what to do about it. */
export class LaneError extends Error {
  readonly code: LaneErrorCode;
  constructor(code: LaneErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LaneError';
    this.code = code;
  }
}
