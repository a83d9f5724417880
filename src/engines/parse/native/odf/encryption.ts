import type { ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';

const LARGEST_MANIFEST = 16 * 1024 * 1024;

/**
 * Refuses OpenDocument packages whose parts are encrypted (OpenDocument 1.3 part 2, 4.8).
 * @throws {DocumentFailure} PDF_IS_PROTECTED
 */
export async function assertNotEncrypted(zip: ZipContainer): Promise<void> {
  const name = 'META-INF/manifest.xml';
  if (!zip.has(name)) return;
  const manifest = (await zip.read(name, LARGEST_MANIFEST)).toString('utf8');
  if (!/<(?:[\w.-]+:)?encryption-data\b/.test(manifest)) return;
  throw new DocumentFailure(
    'PDF_IS_PROTECTED',
    'The document is protected by a password. OpenDocument files cannot be opened with one here: remove the protection ' +
      'and upload it again.',
  );
}
