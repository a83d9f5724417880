import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { messageOf } from '../../api/errors.ts';
import {
  checkBatch,
  createBatch,
  createDirectory,
  removeFiles,
  saveConfiguration,
  uploadFiles,
  type BatchCheck,
  type BatchWish,
} from '../../api/new-batch.ts';
import type { ChosenFile } from './dropped-files.ts';

/** How far a new batch is. */
export type Stage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'uploading'; readonly done: number; readonly total: number }
  | { readonly kind: 'checking' }
  | {
      readonly kind: 'checked';
      readonly wish: BatchWish;
      /** Null when the check itself could not be made; then `problem` says why. */
      readonly check: BatchCheck | null;
      readonly problem: string | null;
      readonly refused: readonly { readonly path: string; readonly problem: string }[];
    }
  | { readonly kind: 'starting' };

export interface Preparation {
  /** A directory that is there, or the files for a new one. */
  readonly source:
    { readonly directoryId: string } | { readonly name: string; readonly files: readonly ChosenFile[] };
  /** A configuration that is there, or one to save. */
  readonly configuration:
    | { readonly id: string; readonly product: string }
    | { readonly name: string; readonly parameters: unknown };
}

/** Takes a new batch from the choice of files over upload and check to its start. */
export function useNewBatch() {
  const [stage, setStage] = useState<Stage>({ kind: 'choosing' });
  const [problem, setProblem] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const upload = useRef<AbortController>(null);

  const guarded = async (back: Stage, work: () => Promise<void>): Promise<void> => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setStage(back);
      if (!upload.current?.signal.aborted) setProblem(messageOf(error));
    }
  };

  const check = async (wish: BatchWish, refused: { path: string; problem: string }[]): Promise<void> => {
    setStage({ kind: 'checking' });
    const result = await checkBatch(wish).then(
      (answer) => ({ check: answer, problem: null }),
      (error: unknown) => ({ check: null, problem: messageOf(error) }),
    );
    setStage({ kind: 'checked', wish, refused, ...result });
  };

  const prepare = (wanted: Preparation): Promise<void> =>
    guarded({ kind: 'choosing' }, async () => {
      const controller = new AbortController();
      upload.current = controller;
      setStage({
        kind: 'uploading',
        done: 0,
        total: 'files' in wanted.source ? wanted.source.files.length : 0,
      });
      // First what may be refused, so that nothing is uploaded in vain.
      const configuration =
        'id' in wanted.configuration ? wanted.configuration : await savedOf(wanted.configuration);
      const { directoryId, refused } = await uploaded(wanted.source, controller.signal, (done, total) =>
        setStage({ kind: 'uploading', done, total }),
      );
      await check({ directoryId, configuration }, refused);
    });

  const start = (checked: Stage & { kind: 'checked' }, leaveOut: readonly string[]): Promise<void> =>
    guarded(checked, async () => {
      setStage({ kind: 'starting' });
      await removeFiles(checked.wish.directoryId, leaveOut);
      const batch = await createBatch(checked.wish);
      navigate(`/batches/${batch.id}`);
    });

  return {
    stage,
    problem,
    prepare,
    start,
    back: () => setStage({ kind: 'choosing' }),
    stopUpload: () => upload.current?.abort(),
  };
}

async function savedOf({ name, parameters }: { readonly name: string; readonly parameters: unknown }) {
  const { id, product_type } = await saveConfiguration(name, parameters);
  return { id, product: product_type };
}

async function uploaded(
  source: Preparation['source'],
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
) {
  if ('directoryId' in source) return { directoryId: source.directoryId, refused: [] };
  const { id } = await createDirectory(source.name);
  const { files } = source;
  const refused = await uploadFiles(id, files, {
    signal,
    onProgress: (done) => onProgress(done, files.length),
  });
  return { directoryId: id, refused };
}
