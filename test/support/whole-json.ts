import { AdaptiveJson } from '#core/adaptive-json.js';
import { MISFIT, type Surroundings } from '#core/json-template.js';
import { LearningBudget } from '#core/learning-budget.js';

/** An `AdaptiveJson` as the envelope uses it: what it knows is tried first. */
export class WholeJson {
  readonly #around: Surroundings;
  readonly #json: AdaptiveJson;

  constructor(
    around: Surroundings = { opening: '', closing: '' },
    { others, budget = new LearningBudget() }: { others?: AdaptiveJson; budget?: LearningBudget } = {},
  ) {
    this.#around = around;
    this.#json = new AdaptiveJson(around, others, budget);
  }

  /** In its surroundings. */
  stringify(value: unknown): string | undefined {
    const text = this.#json.write(value);
    if (text !== undefined) return text;
    const plain = this.#json.stringify(value);
    return plain && this.#around.opening + plain + this.#around.closing;
  }

  /** What stands there in its surroundings. */
  parse(text: string, start: number = 0, end: number = text.length): unknown {
    const value = this.#json.read(text, start, end);
    if (value !== MISFIT) return value;
    const { opening, closing } = this.#around;
    return this.#json.parse(text, start + opening.length, end - closing.length);
  }
}
