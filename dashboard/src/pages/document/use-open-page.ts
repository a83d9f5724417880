import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { ParseResult } from '../../api/wire.ts';
import { pagesOf, type ReadPage } from './marks.ts';
import { usePicture, type Picture } from './use-picture.ts';

interface OpenPage {
  /** Of the document; until that is known, the id of the job. */
  readonly name: string;
  /** The page that the address names, else the first; undefined: nothing was read yet. */
  readonly page: ReadPage | undefined;
  /** The number of the last page. */
  readonly pages: number;
  readonly picture: Picture;
  readonly setPage: (number: number) => void;
}

/**
 * The page of a document that is looked at, and the way to the others.
 * @param jobId stands for the name of a document whose parse is not known
 * @param fileId the document's file; absent: the one that was parsed. What the address names comes first.
 */
export function useOpenPage(jobId: string, parse: ParseResult | undefined, fileId?: string): OpenPage {
  const [params, setParams] = useSearchParams();
  const pages = useMemo(() => pagesOf(parse), [parse]);
  const page = pages.find(({ number }) => number === Number(params.get('page'))) ?? pages[0];
  const name = parse?.job.name ?? jobId;
  const file = params.get('file') ?? fileId ?? textOf(parse?.job_metadata?.['file_id']);
  const picture = usePicture(name, file, parse, page?.number ?? 1);
  const setPage = (number: number) =>
    setParams((before) => ({ ...Object.fromEntries(before), page: String(number) }), { replace: true });
  return { name, page, pages: pages.at(-1)?.number ?? 1, picture, setPage };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
