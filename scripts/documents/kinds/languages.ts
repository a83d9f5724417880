import { setHeading, setParagraph } from '../drawing/blocks.ts';
import { A4, columnsFrame, Flow } from '../drawing/flow.ts';
import type { TextStyle } from '../drawing/lines.ts';
import { drawPdf } from '../drawing/pdf-file.ts';
import { DEJAVU_SANS, DEJAVU_SERIF } from '../drawing/typefaces.ts';

const BODY: TextStyle = { font: DEJAVU_SERIF.regular, size: 10, leading: 1.45 };

/** The same notice of a public library in each language, with letters that only a proper encoding keeps. */
const NOTICES = [
  [
    'Deutsch',
    'Die Bücherei ist wegen der großen Prüfung der Heizungsanlage am Dienstag geschlossen. Rückgaben nimmt der Kasten vor der Tür entgegen; über Gebühren müssen Sie sich keine Sorgen machen.',
  ],
  [
    'Français',
    'La bibliothèque sera fermée mardi en raison du contrôle du chauffage. Les livres peuvent être déposés dans la boîte près de l’entrée ; aucune pénalité ne sera perçue, même pour les œuvres empruntées l’été dernier.',
  ],
  [
    'Español',
    'La biblioteca permanecerá cerrada el martes por la revisión de la calefacción. ¿Necesita devolver un libro? Déjelo en el buzón de la entrada: mañana no se cobrará ningún recargo.',
  ],
  [
    'Português',
    'A biblioteca estará fechada na terça-feira para a inspeção do aquecimento. As devoluções podem ser feitas na caixa junto à porta; não será cobrada nenhuma multa.',
  ],
  [
    'Polski',
    'We wtorek biblioteka będzie zamknięta z powodu przeglądu ogrzewania. Książki można włożyć do skrzynki przy wejściu; za późniejszy zwrot nie pobieramy żadnych opłat.',
  ],
  [
    'Čeština',
    'V úterý bude knihovna zavřená kvůli kontrole topení. Knihy můžete vhodit do schránky u dveří; za pozdější vrácení nic neúčtujeme.',
  ],
  [
    'Türkçe',
    'Kütüphane, ısıtma sisteminin bakımı nedeniyle salı günü kapalı olacaktır. Kitaplarınızı girişteki kutuya bırakabilirsiniz; gecikme ücreti alınmayacaktır.',
  ],
  [
    'Íslenska',
    'Bókasafnið verður lokað á þriðjudaginn vegna eftirlits með hitakerfinu. Skila má bókum í kassann við dyrnar og engin sekt verður innheimt.',
  ],
  [
    'Ελληνικά',
    'Η βιβλιοθήκη θα παραμείνει κλειστή την Τρίτη λόγω ελέγχου της θέρμανσης. Μπορείτε να αφήσετε τα βιβλία στο κουτί δίπλα στην είσοδο· δεν θα χρεωθεί καμία καθυστέρηση.',
  ],
  [
    'Русский',
    'Во вторник библиотека будет закрыта из-за проверки отопления. Книги можно опустить в ящик у входа; плата за задержку взиматься не будет.',
  ],
  [
    'Українська',
    'У вівторок бібліотека буде зачинена через перевірку опалення. Книжки можна покласти до скриньки біля входу; плата за затримку не стягується.',
  ],
  [
    'Հայերեն',
    'Երեքշաբթի օրը գրադարանը փակ կլինի ջեռուցման ստուգման պատճառով։ Գրքերը կարող եք դնել մուտքի մոտի արկղը։',
  ],
  [
    'ქართული',
    'სამშაბათს ბიბლიოთეკა დაკეტილი იქნება გათბობის შემოწმების გამო. წიგნები შეგიძლიათ ჩადოთ ყუთში შესასვლელთან.',
  ],
] as const;

/** Thirteen languages in Latin, Greek, Cyrillic, Armenian and Georgian letters, from embedded fonts. */
export function languages(): Promise<Buffer> {
  return drawPdf({ title: 'A notice in thirteen languages' }, (pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, { top: 70, bottom: 70, side: 70 }));
    setParagraph(flow, 'A notice in thirteen languages', { font: DEJAVU_SANS.bold, size: 18 });
    setParagraph(
      flow,
      'The library is closed on Tuesday, because the heating is being checked. Books can be left in the box by the door; there is no charge for late returns.',
      BODY,
    );
    for (const [language, notice] of NOTICES) {
      setHeading(flow, language, { font: DEJAVU_SANS.bold, size: 12.5, colour: '#30456b' });
      setParagraph(flow, notice, BODY);
    }
  });
}
