import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { decodeAs } from './decode.ts';
import { decodeText } from './text.ts';

const RUSSIAN = 'Имя;Фамилия;Город\nИван;Петров;Москва\nАнна;Сидорова;Казань';
const GREEK = 'Η σύμβαση συνήφθη μεταξύ των μερών για την προμήθεια εξοπλισμού.';
const HEBREW = 'החוזה נחתם בין הצדדים בדבר אספקת ציוד.';
const ARABIC = 'تم إبرام العقد بين الطرفين بشأن توريد المعدات.';
const JAPANESE =
  '1\n00:00:01,000 --> 00:00:03,000\nどこへ行くの？\n\n2\n00:00:04,000 --> 00:00:06,000\n家に帰るよ。';
const CHINESE = '姓名,城市,电话\n张伟,北京,010\n王芳,上海,021';
const TAIWANESE = '本合同由雙方就設備供應事宜簽訂。雙方同意在規定的期限內履行。';
const KOREAN = '이름,도시,전화\n김철수,서울,02\n이영희,부산,051';
const POLISH = 'Umowa została zawarta pomiędzy stronami w sprawie dostawy urządzeń w ustalonym terminie.';
const CZECH =
  'Smlouva byla uzavřena mezi stranami o dodávce zařízení. Strany plní podmínky této smlouvy ve lhůtě.';
const TURKISH = 'Sözleşme taraflar arasında yapılmıştır. Işık, ağaç, şeker.';

test.each([
  ['windows-1251', RUSSIAN], ['windows-1251', 'Привет, мир!'], ['koi8-r', RUSSIAN], ['iso-8859-5', RUSSIAN],
  ['windows-1253', GREEK], ['windows-1255', HEBREW], ['windows-1256', ARABIC],
  ['shift_jis', JAPANESE], ['euc-jp', JAPANESE], ['shift_jis', 'こんにちは、世界！'],
  ['gb18030', CHINESE], ['big5', TAIWANESE], ['euc-kr', KOREAN], ['euc-kr', '안녕하세요, 세계!'],
  ['windows-1250', POLISH], ['iso-8859-2', POLISH], ['windows-1250', CZECH], ['windows-1254', TURKISH],
])('text in %s that does not say so is read (%#)', (label, text) => {
  const told: string[] = [];
  expect(decodeText(encode(text, label), { warn: (sentence) => told.push(sentence) })).toBe(text);
  expect(told).toHaveLength(1);
}); // prettier-ignore

test.each([
  'Grüße', 'é', 'ÄÖÜ äöü ß', 'ÀÉÈÙ', 'Ça\nété\nœuf', 'ÉCOLE FRANÇAISE', '5 € “Zitat”', '10\xa0000\xa0€', '£100 – 50°C ± 2 × 3',
  'Name;Straße;Ort\nMüller;Königsstraße 5;Köln\nJäger;Bäckerweg 3;Düsseldorf\n', 'Fußgängerübergänge', 'Je vais à Paris à pied à midi',
  'Où allez-vous ? Ça va être l’été, « bientôt », à la fin de l’œuvre.', 'Año nuevo, ¿qué tal? ¡Mañana será otro día!',
  'Não há informação sobre a reunião de amanhã às três horas.', 'Blåbærsyltetøy og rødgrød på øen', 'Hyvää päivää, kiitos äiti',
  'Þetta er íslenska. Ég á að fara í skólann á morgun, en það er ekki víst.', 'Città, perché così è più bello', '© 2020 Müller® ™',
])('Western text stays what it is, without a warning: %j', (text) => {
  const told: string[] = [];
  expect(decodeText(encode(text, 'windows-1252'), { warn: (sentence) => told.push(sentence) })).toBe(text);
  expect(told).toEqual([]);
}); // prettier-ignore

test.each(['Привет, мир!\nКак дела?', 'Καλημέρα κόσμε', 'שלום עולם', 'Grüße\nabc', 'plain'])(
  'UTF-16 is known without a mark: %j',
  (text) => {
    const little = Buffer.from(text, 'utf16le');
    expect(decodeText(little)).toBe(text);
    expect(decodeText(Buffer.from(little).swap16())).toBe(text);
  },
);

test('bytes that are no text are none', () => {
  expect(decodeText(Buffer.from('NameNameName\0\0ValueValue\0\x01\x02'))).toBeUndefined();
  expect(
    decodeText(Uint8Array.from({ length: 4000 }, (_, index) => (index * index * 7) % 256)),
  ).toBeUndefined();
});

test('the document says that its encoding was guessed', async () => {
  const { pages, warnings } = await readDocument(encode(RUSSIAN, 'windows-1251'), {}, { fileName: 'a.csv' });
  expect(pages[0]?.markdown).toContain('| Иван | Петров | Москва |');
  expect(warnings).toEqual([expect.stringContaining('windows-1251')]);
});

/** A text in an encoding, found by decoding every byte and every pair of bytes. */
function encode(text: string, label: string): Buffer {
  const bytes = ENCODERS.get(label) ?? encoder(label);
  ENCODERS.set(label, bytes);
  return Buffer.concat(Array.from(text, (sign) => bytes.get(sign) ?? Buffer.from('?')));
}

const ENCODERS = new Map<string, Map<string, Buffer>>();

function encoder(label: string): Map<string, Buffer> {
  const bytes = new Map<string, Buffer>();
  const add = (one: Buffer) => {
    const sign = decodeAs(label, one);
    if (/^.$/su.test(sign) && sign !== '\ufffd' && !bytes.has(sign)) bytes.set(sign, one);
  };
  for (let byte = 0; byte < 256; byte += 1) add(Buffer.of(byte));
  if (/^(?:windows|iso|koi)/.test(label)) return bytes;
  // Big5 and GB18030 hold the signs that are in use most from 0xA1 on, and the others name some of them twice.
  for (let byte = 0x81; byte < 0xff; byte += 1)
    for (let next = 0x40; next < 0xff; next += 1) add(Buffer.of(byte, next));
  return bytes;
}
