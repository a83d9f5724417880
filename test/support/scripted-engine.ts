import { PackWriter } from '../../src/engines/parse/pack-writer.ts';
import type { ParseEngine, ParseOutcome, ParseRequest } from '../../src/engines/parse/port.ts';
import type { PageCounts } from '../../src/model/parse-result.ts';

/** What the engine is to do with one document. It may wait for whatever the test controls, and for the signal. */
export type Script = (request: ParseRequest, signal: AbortSignal) => ParseOutcome | Promise<ParseOutcome>;

/** A parse engine that does what the test says and writes real results. */
export interface ScriptedEngine extends ParseEngine {
  /** Replaces the script for documents that begin from now on. */
  follow(script: Script): void;
  /** Names of the documents that are being parsed, in the order in which they began. */
  readonly parsing: readonly string[];
  /** Names of all documents that were begun; one that was begun twice stands here twice. */
  readonly begun: readonly string[];
  /** The most documents that were ever parsed at the same time. */
  readonly peak: number;
}

export function createScriptedEngine(
  concurrency: number,
  first: Script = (request) => succeed(request),
): ScriptedEngine {
  let script = first;
  let peak = 0;
  const parsing: string[] = [];
  const begun: string[] = [];
  return {
    name: 'scripted',
    version: '1.0.0',
    concurrency,
    parsing,
    begun,
    get peak() {
      return peak;
    },
    follow: (next) => (script = next),
    async parse(request, signal) {
      begun.push(request.fileName);
      parsing.push(request.fileName);
      peak = Math.max(peak, parsing.length);
      try {
        return await script(request, signal);
      } finally {
        parsing.splice(parsing.indexOf(request.fileName), 1);
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The document has these pages, or one that shows its name. */
export function succeed(request: ParseRequest, texts: readonly string[] = [request.fileName]): ParseOutcome {
  const writer = new PackWriter(request.outputDir);
  for (const [index, text] of texts.entries()) {
    writer.add({
      success: true,
      pageNumber: index + 1,
      width: 612,
      height: 792,
      source: 'text_layer',
      text,
      markdown: `# ${text}`,
      items: [],
    });
  }
  const pages: PageCounts = {
    total: texts.length,
    textLayer: texts.length,
    ocr: 0,
    native: 0,
    empty: 0,
    failed: 0,
  };
  return {
    kind: 'success',
    ...writer.finish(),
    summary: {
      engine: { name: 'scripted', version: '1.0.0' },
      documentPages: texts.length,
      pages,
      seconds: 0.01,
      optionsNotApplied: [],
      warnings: [],
    },
  };
}

/** Parses until it is told to stop. */
export function untilAborted(signal: AbortSignal): Promise<ParseOutcome> {
  return new Promise((resolve) => {
    const stop = (): void => resolve({ kind: 'cancelled' });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Something that the test lets happen when it wants to. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
