/** How much may be learned, by all that learn together: to learn from a message takes as long as some dozens of messages. */

/** One lesson for so many messages from which nothing was learned: then learning is a small part of what they cost. */
const MESSAGES_PER_LESSON = 1024;

/** So many lessons may come at once, as at the beginning. */
const MOST_LESSONS = 64;

export class LearningBudget {
  #credit = MOST_LESSONS * MESSAGES_PER_LESSON;

  /** For a message from which nothing is learned. */
  earn(): void {
    if (this.#credit < MOST_LESSONS * MESSAGES_PER_LESSON) {
      this.#credit += 1;
    }
  }

  /** Takes the price of so many lessons. False when there is not enough. */
  spend(lessons = 1): boolean {
    const price = lessons * MESSAGES_PER_LESSON;
    if (this.#credit < price) {
      return false;
    }
    this.#credit -= price;
    return true;
  }
}
