import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { readAgenticOptions } from '../../../model/agentic-options.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { AskModel } from '../../model/port.ts';
import type { OpenDocument } from '../reader.ts';
import type { DocumentTask } from '../supervised/protocol.ts';
import { isReadWell } from './is-read-well.ts';
import { KeptAnswers } from './kept-answers.ts';
import { ModelPass } from './model-pass.ts';
import { ModelTally } from './model-tally.ts';

/** What reads a document's pages after they were read locally, and what came of it. */
export interface ModelWork {
  readonly name: string;
  readonly pass: ModelPass;
  readonly tally: ModelTally;
}

/** Undefined when everything is read locally: no model, another tier, or a document whose pages have no look. */
export function openModelReading(
  task: DocumentTask,
  options: ParseOptions,
  { views }: Pick<OpenDocument, 'views'>,
  { ask, scratch }: { readonly ask: AskModel; readonly scratch: string },
): ModelWork | undefined {
  const agentic = readAgenticOptions(task.parameters);
  if (!agentic || !task.model || !views) return undefined;
  const { name, concurrency } = task.model;
  const pass = new ModelPass({
    ask,
    concurrency,
    agentic,
    options,
    views,
    scratch: mkdtempSync(join(scratch, 'model-')),
    kept: new KeptAnswers(task.checkpointDir),
    ...(agentic.optimizesCost && { isWanted: (page) => !isReadWell(page) }),
  });
  return { name, pass, tally: new ModelTally() };
}
