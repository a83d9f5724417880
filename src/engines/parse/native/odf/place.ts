import type { XmlElement } from '../../containers/xml.ts';
import type { FlowCollector } from '../flow-collector.ts';
import type { OdfContext, OdfNote } from './context.ts';

/** Where blocks go, and whether pages count there. */
export interface OdfPlace {
  readonly context: OdfContext;
  readonly collector: FlowCollector<OdfNote>;
  /** Told of paragraphs that bring another master page. Absent in cells, frames and notes. */
  readonly onMasterPage?: (name: string) => void;
}

/** Reads one block into its place. */
export type AddBlock = (node: XmlElement, place: OdfPlace) => void;
