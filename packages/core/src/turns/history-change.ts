/** A change that an imported history needed. `index` is the position of the message in the list, from 0. */
export interface HistoryChange {
  readonly kind:
    | 'folded-system'
    | 'merged-user'
    | 'joined-input'
    | 'merged-assistant'
    | 'split-text'
    | 'answered-call'
    | 'moved-result'
    | 'matched-result'
    | 'dropped-result'
    | 'dropped-empty'
    | 'dropped-part'
    | 'dropped-reasoning'
    | 'inserted-user'
    | 'decoded-arguments'
    | 'unreadable-arguments'
    | 'replaced-image'
    | 'replaced-file';
  readonly index: number;
  /** What happened, with any text that is no longer in the conversation. */
  readonly detail: string;
}
