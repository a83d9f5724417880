import type { PageSource } from '../../model/document.ts';
import type { ParseOptions } from '../../model/parse-options.ts';
import type { PageCounts } from '../../model/parse-result.ts';
import { DocumentFailure } from './document-failure.ts';
import type { PageFault } from './reader.ts';

/** Counts how pages fared and decides whether too many failed (contract 8.4). */
export class PageTally {
  /** Pages asked for. */
  readonly total: number;
  readonly #options: Pick<ParseOptions, 'allowedPageFailureRatio' | 'failOnImageOcrError'>;
  readonly #bySource: Record<PageSource, number> = {
    text_layer: 0,
    ocr: 0,
    native: 0,
    model: 0,
    empty: 0,
  };
  #failed = 0;
  /** Of them, those of the document itself and not of one attached to it. */
  #own = 0;
  #firstFault: PageFault | undefined;
  #firstOcrFault: PageFault | undefined;

  constructor(total: number, options: Pick<ParseOptions, 'allowedPageFailureRatio' | 'failOnImageOcrError'>) {
    this.total = total;
    this.#options = options;
  }

  add(source: PageSource): void {
    this.#bySource[source] += 1;
  }

  addFault(fault: PageFault): void {
    this.#failed += 1;
    if (fault.isAttached !== true) {
      this.#own += 1;
      this.#firstFault ??= fault;
    }
    if (fault.isOcrFault) this.#firstOcrFault ??= fault;
  }

  counts(): PageCounts {
    const { text_layer: textLayer, ocr, native, model, empty } = this.#bySource;
    return { total: this.total, textLayer, ocr, native, model, empty, failed: this.#failed };
  }

  /** @throws {DocumentFailure} when the share of failed pages is above the allowed one */
  assertEnoughPages(): void {
    if (this.#options.failOnImageOcrError && this.#firstOcrFault) {
      this.#fail(
        this.#firstOcrFault,
        'Leave out processing_control.job_failure_conditions.fail_on_image_ocr_error to have the rest.',
      );
    }
    const ratio = this.total === 0 ? 0 : this.#own / this.total;
    if (this.#firstFault && ratio > this.#options.allowedPageFailureRatio) {
      const setting = 'processing_control.job_failure_conditions.allowed_page_failure_ratio';
      this.#fail(this.#firstFault, `Failed pages can be allowed with ${setting}.`);
    }
  }

  #fail(fault: PageFault, mend: string): never {
    throw new DocumentFailure(
      'TOO_MANY_PAGES_FAILED',
      `${this.#failed} of ${this.total} pages failed. The first was page ${fault.pageNumber}: ${fault.error} ${mend}`,
    );
  }
}
