import { expect } from 'chai';
import { LearningBudget } from '#core/learning-budget.js';

const MOST_LESSONS = 64;
const MESSAGES_PER_LESSON = 1024;

/** How many lessons can be had at once. */
function lessons(budget: LearningBudget): number {
  let count = 0;
  while (budget.spend()) count += 1;
  return count;
}

describe('a learning budget', () => {
  it('has 64 lessons at the beginning', () => {
    expect(lessons(new LearningBudget())).to.equal(MOST_LESSONS);
  });

  it('has one more for each 1,024 messages', () => {
    const budget = new LearningBudget();
    lessons(budget);
    for (let count = 1; count < MESSAGES_PER_LESSON; count++) budget.earn();

    expect(budget.spend()).to.equal(false);
    budget.earn();
    expect(budget.spend()).to.equal(true);
    expect(budget.spend()).to.equal(false);
  });

  it('takes nothing for more lessons than it has', () => {
    const budget = new LearningBudget();

    expect(budget.spend(MOST_LESSONS - 8)).to.equal(true);
    expect(budget.spend(9)).to.equal(false);
    expect(budget.spend(8)).to.equal(true);
    expect(budget.spend()).to.equal(false);
  });

  it('saves up 64 at most', () => {
    const budget = new LearningBudget();
    for (let count = 0; count < 10 * MESSAGES_PER_LESSON; count++) budget.earn();

    expect(lessons(budget)).to.equal(MOST_LESSONS);
  });
});
