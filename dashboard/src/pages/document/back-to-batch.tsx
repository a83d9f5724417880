import { Link, useSearchParams } from 'wouter';

/** The way back to the batch that the document was opened from. */
export function BackToBatch() {
  const [params] = useSearchParams();
  const batch = params.get('batch');
  if (batch === null) return null;
  return <Link href={`/batches/${encodeURIComponent(batch)}`}>Back to its batch</Link>;
}
