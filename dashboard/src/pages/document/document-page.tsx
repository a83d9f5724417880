import { useParams } from 'wouter';
import { ExtractDocument } from './extract-document.tsx';
import { ParseDocument } from './parse-document.tsx';

/** One document: its parse or its extraction, by the kind of its job. */
export default function DocumentPage() {
  const { id = '' } = useParams();
  return id.startsWith('ext-') ? <ExtractDocument key={id} id={id} /> : <ParseDocument key={id} id={id} />;
}
