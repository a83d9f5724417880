import type { AutoModeRule, AutoModeTrigger } from '../../../model/auto-mode.ts';
import type { PageReading } from '../reader.ts';
import { matchesGlob } from './glob.ts';
import { PageFeatures } from './page-features.ts';
import { TimedPatterns } from './timed-pattern.ts';

/** What is told of patterns that take too long. */
export const WORDS = {
  owner: 'the auto mode',
  givenUp: 'its trigger did not hold',
  spent: 'further pages were not searched',
};

/** Finds the rule of the auto mode that a page is to be read again by (contract 7.2, `auto_mode_configuration`). */
export class RuleChoice {
  readonly #rules: readonly AutoModeRule[];
  readonly #fileName: string;
  readonly #patterns: TimedPatterns;

  constructor(rules: readonly AutoModeRule[], fileName: string, warn: (sentence: string) => void) {
    this.#rules = rules;
    this.#fileName = fileName;
    this.#patterns = new TimedPatterns(warn, WORDS);
  }

  /** The first rule that holds for a page. */
  ruleFor(reading: PageReading): AutoModeRule | undefined {
    const page = 'page' in reading ? new PageFeatures(reading.page) : undefined;
    return this.#rules.find(({ mode, triggers }) => {
      const holds = (trigger: AutoModeTrigger) => this.#holds(trigger, page);
      return mode === 'or' ? triggers.some(holds) : triggers.length > 0 && triggers.every(holds);
    });
  }

  /** @param page undefined for a page that could not be read */
  #holds(trigger: AutoModeTrigger, page: PageFeatures | undefined): boolean {
    switch (trigger.kind) {
      case 'failed':
        return page === undefined;
      case 'name-pattern':
        return this.#patterns.test(trigger.pattern, trigger.flags, this.#fileName);
      case 'name-glob':
        return trigger.globs.some((glob) => matchesGlob(this.#fileName, glob));
      default:
        return page !== undefined && this.#holdsOn(page, trigger);
    }
  }

  #holdsOn(
    page: PageFeatures,
    trigger: Exclude<AutoModeTrigger, { kind: 'name-glob' | 'name-pattern' | 'failed' }>,
  ): boolean {
    switch (trigger.kind) {
      case 'table':
        return page.has('table');
      case 'image':
        return page.hasImage;
      case 'full-page-image':
        return page.fullPageImageShare > 0 && page.fullPageImageShare >= trigger.leastShare;
      case 'text':
        return page.holds(trigger.text);
      case 'element':
        return trigger.name !== undefined && page.has(trigger.name);
      case 'length': {
        const { length } = page.page.markdown;
        return length > (trigger.above ?? -1) && length < (trigger.below ?? Infinity);
      }
      case 'count': {
        const count = page.count(trigger.what);
        return count !== undefined && count >= (trigger.least ?? 0) && count <= (trigger.most ?? Infinity);
      }
      case 'pattern':
        return this.#patterns.test(trigger.pattern, trigger.flags, page.page.markdown);
    }
  }
}
