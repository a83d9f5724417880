import type { WireBatch } from '../wire.ts';

/** Shows how far something is: a bar that moves on a terminal, a line now and then elsewhere. */
export interface Progress {
  upload(done: number, total: number): void;
  batch(batch: WireBatch): void;
  /** Leaves the bar's line. */
  end(): void;
}

const BAR_WIDTH = 30;
/** Elsewhere than on a terminal, lines are at least this far apart unless the status changes. */
const LINE_EVERY_MS = 5_000;

export function createProgress(output: NodeJS.WriteStream): Progress {
  const show = output.isTTY ? barOn(output) : linesOn(output);
  return {
    upload: (done, total) => show('Uploading', done / total, `${done}/${total} files`),
    batch(batch) {
      const { completed, failed, cancelled, total, pages, running } = batch.progress;
      const done = completed + failed + cancelled;
      const parts = [`${done}/${total} files`, `${pages} pages`, `${running} running`];
      if (failed > 0) parts.push(`${failed} failed`);
      if (cancelled > 0) parts.push(`${cancelled} cancelled`);
      if (done < total && batch.waiting_reason) parts.push(batch.waiting_reason);
      show(batch.status, total === 0 ? 1 : done / total, parts.join(', '));
    },
    end: () => void (output.isTTY && output.write('\n')),
  };
}

type Show = (label: string, fraction: number, text: string) => void;

function barOn(output: NodeJS.WriteStream): Show {
  return (label, fraction, text) => {
    const filled = Math.round(fraction * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    const line = `${label.padEnd(9)} ${bar} ${text}`;
    output.write(
      `\r\u001B[2K${Array.from(line)
        .slice(0, (output.columns || 80) - 1)
        .join('')}`,
    );
  };
}

function linesOn(output: NodeJS.WriteStream): Show {
  let last = { label: '', text: '', at: 0 };
  return (label, fraction, text) => {
    const now = Date.now();
    const due = label !== last.label || fraction === 1 || now - last.at >= LINE_EVERY_MS;
    if (!due || text === last.text) return;
    last = { label, text, at: now };
    output.write(`${label} ${Math.floor(fraction * 100)}% ${text}\n`);
  };
}
