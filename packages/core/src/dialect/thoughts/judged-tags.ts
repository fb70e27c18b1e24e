/** How many tags within the text of one reply are judged while it is streamed. Each needs the whole text. */
const mostTags = 32;

/** How many characters are read for that, counting repeated reads. */
const mostChars = { atLeast: 200_000, perCharacter: 2 };

/** Counts the tags of one reply that were judged, so that the work stays linear in the length of the reply. */
export class JudgedTags {
  #tags = 0;
  #chars = 0;

  /** Whether another tag may be judged, with the text so far of this length (characters). */
  mayJudge(length: number): boolean {
    const limit = mostChars.atLeast + mostChars.perCharacter * length;
    return this.#tags < mostTags && this.#chars + length <= limit;
  }

  /** Counts a tag that is judged with the text so far. */
  count(length: number): void {
    this.#tags += 1;
    this.#chars += length;
  }
}
