import type LlamaCloud from '@llamaindex/llama-cloud';
import { exampleDocument } from '../support/example-documents.ts';
import { isRefusal } from './counting-client.ts';
import type { Ledger } from './ledger.ts';

/** A directory over which batches run. */
export interface Source {
  readonly directoryId: string;
  readonly files: number;
}

/** Makes a directory of example documents. @param atOnce uploads at the same time */
export async function uploadDirectory(
  client: LlamaCloud,
  names: readonly string[],
  atOnce = 1,
): Promise<Source> {
  const { id } = await client.beta.directories.create({ name: `${names.length} files` });
  const waiting = [...names.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, name] = next;
      const file = new File([await exampleDocument(name)], `${index}-${name}`);
      await client.beta.directories.files.upload(id, { upload_file: file });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { directoryId: id, files: names.length };
}

/**
 * Creates a batch and writes down what came of it.
 * @param receiverUrl where its webhook goes, with a path of its own
 * @returns its id; undefined where the client gave up
 */
export async function createBatch(
  client: LlamaCloud,
  { directoryId, files }: Source,
  receiverUrl: string,
  { acknowledged, counts, wrongs }: Ledger,
): Promise<string | undefined> {
  counts.creates += 1;
  const marker = `${receiverUrl}/${counts.creates}`;
  try {
    const { id } = await client.batches.create({
      source_directory_id: directoryId,
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
      webhook_configurations: [{ webhook_url: marker }],
    });
    acknowledged.push({ id, marker, files, client });
    return id;
  } catch (error) {
    counts.unanswered += 1;
    if (isRefusal(error)) wrongs.push(`a create was refused: ${String(error)}`);
    return undefined;
  }
}

export const isTerminal = (status: string | undefined): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';
