import { form } from './kinds/form.ts';
import { invoice } from './kinds/invoice.ts';
import { languages } from './kinds/languages.ts';
import { letter } from './kinds/letter.ts';
import { manual } from './kinds/manual.ts';
import { fax, label, notice, receipt } from './kinds/pictures.ts';
import { report } from './kinds/report.ts';
import { scan } from './kinds/scan.ts';
import { slides } from './kinds/slides.ts';
import { statement } from './kinds/statement.ts';
import { twoColumns } from './kinds/two-columns.ts';
import { broken, locked } from './kinds/unreadable.ts';

/** Every example document: its file name and what makes its bytes. */
export const EXAMPLE_DOCUMENTS: Readonly<Record<string, () => Promise<Buffer>>> = {
  'broken.pdf': broken,
  'fax.tiff': fax,
  'form.pdf': form,
  'invoice.pdf': invoice,
  'label.webp': label,
  'languages.pdf': languages,
  'letter.pdf': letter,
  'locked.pdf': locked,
  'manual-60-pages.pdf': manual,
  'notice.png': notice,
  'receipt.jpg': receipt,
  'report.pdf': report,
  'scan.pdf': scan,
  'slides.pdf': slides,
  'statement.pdf': statement,
  'two-columns.pdf': twoColumns,
};
