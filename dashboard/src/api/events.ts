import { send } from './client.ts';
import type { Batch } from './wire.ts';

/** What a batch tells while it runs. */
export type BatchEvent =
  | { readonly kind: 'progress'; readonly batch: Batch }
  | { readonly kind: 'status'; readonly status: string; readonly at: string };

/**
 * Reads a batch's Server-Sent Events until they end. EventSource cannot send a key, so this reads the stream itself.
 * @param onEvent called with each event and its id
 * @returns when the server has nothing more to tell
 */
export async function followBatch(
  id: string,
  lastEventId: string | null,
  onEvent: (event: BatchEvent, eventId: string | null) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await send(`/api/v2/batches/${encodeURIComponent(id)}/events`, {
    signal,
    headers: { accept: 'text/event-stream', ...(lastEventId !== null && { 'last-event-id': lastEventId }) },
  });
  if (response.status === 204 || !response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const parsed = parseBlock(block);
      if (parsed) onEvent(parsed.event, parsed.id);
    }
  }
}

function parseBlock(block: string): { event: BatchEvent; id: string | null } | null {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]),
  );
  const data = fields.get('data');
  if (data === undefined) return null;
  const id = fields.get('id') ?? null;
  if (fields.get('event') === 'progress')
    return { id, event: { kind: 'progress', batch: JSON.parse(data) as Batch } };
  const { status, at } = JSON.parse(data) as { status: string; at: string };
  return { id, event: { kind: 'status', status, at } };
}
