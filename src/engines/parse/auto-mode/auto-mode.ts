import type { AutoModeRule } from '../../../model/auto-mode.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { DocumentFailure } from '../document-failure.ts';
import type { PageReading } from '../reader.ts';
import { RuleChoice } from './rule-choice.ts';

/** Reads pages of the document that is open with other options. */
export type ReadAgain = (
  pageNumbers: readonly number[],
  options: ParseOptions,
  rule: AutoModeRule,
) => Promise<readonly PageReading[]>;

interface AutoModeInput {
  readonly options: ParseOptions;
  readonly fileName: string;
  readonly warn: (sentence: string) => void;
  readonly readAgain: ReadAgain;
}

/**
 * Looks at pages that were read, and reads those that a rule holds for again as the rule says (contract 7.2,
 * `auto_mode_configuration`). The first rule that holds counts.
 */
export class AutoMode {
  readonly #choice: RuleChoice;
  readonly #input: AutoModeInput;

  constructor(input: AutoModeInput) {
    this.#choice = new RuleChoice(input.options.autoMode, input.fileName, input.warn);
    this.#input = input;
  }

  /** @returns a reading for each one given, in their order */
  async apply(readings: readonly PageReading[]): Promise<readonly PageReading[]> {
    const pagesByRule = new Map<AutoModeRule, number[]>();
    for (const reading of readings) {
      const rule = this.#choice.ruleFor(reading);
      if (!rule) continue;
      const pages = pagesByRule.get(rule);
      if (pages) pages.push(numberOf(reading));
      else pagesByRule.set(rule, [numberOf(reading)]);
    }
    const triggered = new Map<number, PageReading | undefined>();
    for (const [rule, pages] of pagesByRule) {
      for (const page of pages) triggered.set(page, undefined);
      for (const reading of await this.#read(rule, pages)) triggered.set(numberOf(reading), reading);
    }
    return readings.map((reading) => {
      if (!triggered.has(numberOf(reading))) return reading;
      const again = triggered.get(numberOf(reading));
      const better = again && ('page' in again || 'fault' in reading) ? again : reading;
      return 'page' in better ? { page: { ...better.page, triggeredAutoMode: true } } : better;
    });
  }

  async #read(rule: AutoModeRule, pages: readonly number[]): Promise<readonly PageReading[]> {
    // What asks for nothing else would be read the same.
    if (Object.keys(rule.parsing).length === 0) return [];
    const { options, warn, readAgain } = this.#input;
    try {
      return await readAgain(pages, withRule(options, rule), rule);
    } catch (error) {
      if (!(error instanceof DocumentFailure)) throw error;
      const first = pages.length === 1 ? `Page ${pages[0]} was` : `Pages ${pages[0]} to ${pages.at(-1)} were`;
      warn(`${first} not read again as a rule of the auto mode asks: ${error.message}`);
      return [];
    }
  }
}

function numberOf(reading: PageReading): number {
  return 'page' in reading ? reading.page.pageNumber : reading.fault.pageNumber;
}

function withRule(options: ParseOptions, { parsing }: AutoModeRule): ParseOptions {
  return { ...options, ...parsing, presentation: { ...options.presentation, ...parsing.presentation } };
}
