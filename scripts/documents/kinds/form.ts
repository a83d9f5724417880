import { A4 } from '../drawing/flow.ts';
import { drawPdf, type Pdf } from '../drawing/pdf-file.ts';
import { HELVETICA } from '../drawing/typefaces.ts';

interface TextField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const LEFT = 60;
const FULL = A4.width - 2 * LEFT;
const HALF = (FULL - 20) / 2;

const TEXT_FIELDS: readonly TextField[] = [
  { name: 'family_name', label: 'Family name', value: 'Okonjo-Reeve', x: LEFT, y: 170, width: HALF },
  {
    name: 'given_names',
    label: 'Given names',
    value: 'Imogen Adaeze',
    x: LEFT + HALF + 20,
    y: 170,
    width: HALF,
  },
  { name: 'date_of_birth', label: 'Date of birth', value: '17 August 1991', x: LEFT, y: 225, width: HALF },
  { name: 'telephone', label: 'Telephone', value: '01632 960 882', x: LEFT + HALF + 20, y: 225, width: HALF },
  {
    name: 'address',
    label: 'Address',
    value: '4 Plover Court, Harlow Quay HQ3 9PD',
    x: LEFT,
    y: 280,
    width: FULL,
  },
  { name: 'email', label: 'E-mail', value: 'imogen@okonjo-reeve.example', x: LEFT, y: 335, width: FULL },
];

const CHECK_BOXES = [
  { name: 'member_adult', label: 'Adult membership', checked: true },
  { name: 'member_family', label: 'Family membership', checked: false },
  { name: 'newsletter', label: 'Send me the newsletter', checked: true },
  { name: 'volunteer', label: 'I would like to help in the workshop', checked: false },
] as const;

/** One page with an AcroForm: filled text fields, a choice, two check boxes of four checked, and an empty field. */
export function form(): Promise<Buffer> {
  return drawPdf({ title: 'Library of Things: membership form' }, (pdf) => {
    pdf.addPage();
    // pdfkit writes a size only for fields whose face is not the form's default face.
    pdf.font(HELVETICA.bold, 10);
    pdf.initForm();
    drawIntroduction(pdf);
    for (const field of TEXT_FIELDS) drawTextField(pdf, field);
    drawCheckBoxes(pdf);
    drawBranch(pdf);
    drawTextField(pdf, {
      name: 'remarks',
      label: 'Remarks (may stay empty)',
      value: '',
      x: LEFT,
      y: 610,
      width: FULL,
    });
    label(pdf, 'Date and signature', LEFT, 700);
    pdf
      .moveTo(LEFT, 690)
      .lineTo(LEFT + HALF, 690)
      .stroke('#555555');
  });
}

function drawIntroduction(pdf: Pdf): void {
  pdf.font(HELVETICA.bold, 20).fillColor('#222222');
  pdf.text('Library of Things: membership form', LEFT, 60, { lineBreak: false });
  pdf.font(HELVETICA.regular, 10).fillColor('#222222');
  const lines = [
    'Members borrow up to four tools at a time, for one week each. Membership lasts a year and ends by itself.',
    'Please fill in every field that is not marked as optional, and bring the form to the desk.',
  ];
  for (const [index, line] of lines.entries()) pdf.text(line, LEFT, 98 + index * 15, { lineBreak: false });
}

function label(pdf: Pdf, text: string, x: number, y: number): void {
  pdf.font(HELVETICA.regular, 9).fillColor('#444444').text(text, x, y, { lineBreak: false });
}

function drawTextField(pdf: Pdf, field: TextField): void {
  label(pdf, field.label, field.x, field.y - 14);
  pdf.font(HELVETICA.regular, 10);
  pdf.formText(field.name, field.x, field.y, field.width, 22, {
    value: field.value,
    fontSize: 10,
    borderColor: '#888888',
    backgroundColor: '#f4f7fa',
  });
}

function drawCheckBoxes(pdf: Pdf): void {
  pdf.font(HELVETICA.bold, 12).fillColor('#222222').text('Membership', LEFT, 390, { lineBreak: false });
  for (const [index, box] of CHECK_BOXES.entries()) {
    const y = 415 + index * 26;
    pdf
      .font(HELVETICA.regular, 10)
      .fillColor('#222222')
      .text(box.label, LEFT + 24, y + 3, { lineBreak: false });
    // Some readers draw only the tick, so the box is part of the page.
    pdf.lineWidth(0.6).rect(LEFT, y, 14, 14).stroke('#555555');
    drawCheckBox(pdf, box.name, box.checked, { x: LEFT, y });
  }
}

/** pdfkit keeps the list of form fields here, without a public way to add to it. */
interface FormRoot {
  readonly _root: { readonly data: { readonly AcroForm: { readonly data: { readonly Fields: unknown[] } } } };
}

/**
 * Draws a check box. It is on exactly when its value and its appearance state name the state that is not `Off`
 * (ISO 32000-1, 12.7.4.2.3); pdfkit's own check boxes can carry neither, so the field is written out here.
 */
function drawCheckBox(pdf: Pdf, name: string, checked: boolean, at: { x: number; y: number }): void {
  const size = 14;
  const appearance = (drawing: string): PDFKit.PDFKitReference => {
    const ref = pdf.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, 0, size, size] });
    ref.end(Buffer.from(drawing));
    return ref;
  };
  const square = `0.4 w 0.5 0.5 ${size - 1} ${size - 1} re S`;
  const state = checked ? 'Yes' : 'Off';
  const field = {
    Subtype: 'Widget',
    FT: 'Btn',
    F: 4,
    // pdfkit writes a String object as text and a plain string as a name.
    T: Object(name) as string,
    V: state,
    AS: state,
    AP: { N: { Yes: appearance(`${square} 1.5 w 3 7 m 6 3 l 11 11 l S`), Off: appearance(square) } },
  };
  pdf.annotate(at.x, at.y, size, size, field as PDFKit.Mixins.AnnotationOption);
  const widgets = pdf.page.dictionary.data.Annots as unknown[];
  const { _root: root } = pdf as unknown as FormRoot;
  root.data.AcroForm.data.Fields.push(widgets.at(-1));
}

function drawBranch(pdf: Pdf): void {
  label(pdf, 'Branch', LEFT, 533);
  pdf.font(HELVETICA.regular, 10);
  pdf.formCombo('branch', LEFT, 547, HALF, 22, {
    select: ['Harlow Quay', 'Saltmarket', 'Coldharbour'],
    value: 'Saltmarket',
    fontSize: 10,
    borderColor: '#888888',
  });
}
