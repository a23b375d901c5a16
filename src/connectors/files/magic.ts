/** Files that are no data for Weir, told by their first bytes or by their content, each with what to do about it. */

export interface SniffError {
  readonly message: string;
  readonly advice: string;
}

interface Signature {
  readonly what: string;
  /** Latin-1 text of the first bytes. */
  readonly starts: readonly string[];
  readonly advice: string;
}

const AS_CSV = 'Save it as CSV and drop that.';
const UNPACK = 'Unpack it and drop the file inside.';
const EXPORT = 'Export a table from it as CSV or NDJSON and drop that.';
const NO_RECORDS = 'Drop a file of records: CSV, NDJSON, a JSON array, Arrow or plain text.';

const signatures: readonly Signature[] = [
  {
    what: 'a Parquet file, which Weir cannot read yet',
    starts: ['PAR1'],
    advice: "Convert it to CSV or Arrow, for example with DuckDB: COPY (FROM 'x.parquet') TO 'x.csv'.",
  },
  {
    what: 'an Avro file, which Weir cannot read',
    starts: ['Obj\u0001'],
    advice: 'Convert it to NDJSON, for example with avro-tools tojson.',
  },
  { what: 'an ORC file, which Weir cannot read', starts: ['ORC'], advice: 'Convert it to CSV or Arrow.' },
  {
    what: 'an image',
    starts: [
      '\u0089PNG',
      '\u00ff\u00d8\u00ff',
      'GIF8',
      'BM\u0000',
      'II*\u0000',
      'MM\u0000*',
      '\u0000\u0000\u0001\u0000',
    ],
    advice: NO_RECORDS,
  },
  { what: 'a PDF document', starts: ['%PDF-'], advice: NO_RECORDS },
  { what: 'a sound or video file', starts: ['ID3', 'OggS', 'fLaC', '\u001aE\u00df\u00a3', 'RIFF'], advice: NO_RECORDS },
  { what: 'a SQLite database', starts: ['SQLite format 3'], advice: EXPORT },
  { what: 'an old Excel or Office file', starts: ['\u00d0\u00cf\u0011\u00e0'], advice: AS_CSV },
  { what: 'a zip archive', starts: ['PK\u0003\u0004', 'PK\u0005\u0006'], advice: UNPACK },
  {
    what: 'compressed',
    starts: ['\u001f\u008b', '(\u00b5/\u00fd', 'BZh', '\u00fd7zXZ', '7z\u00bc\u00af', '\u0004"M\u0018'],
    advice: UNPACK,
  },
  { what: 'a program', starts: ['\u007fELF', 'MZ', '\u0000asm', '\u00ca\u00fe\u00ba\u00be'], advice: NO_RECORDS },
];

/** What the first bytes say that the file is, if it is nothing that Weir reads; else null. */
export function notData(name: string, start: Uint8Array): SniffError | null {
  const text = String.fromCharCode(...start.subarray(0, 16));
  const signature = signatures.find(({ starts }) => starts.some((magic) => text.startsWith(magic)));
  if (text.startsWith('RIFF') && String.fromCharCode(...start.subarray(8, 12)) === 'WEBP')
    return { message: `“${name}” is an image.`, advice: NO_RECORDS };
  if (String.fromCharCode(...start.subarray(4, 8)) === 'ftyp')
    return { message: `“${name}” is a video or an image.`, advice: NO_RECORDS };
  if (signature === undefined) return null;
  if (text.startsWith('PK') && /\.(xlsx|ods)$/i.test(name))
    return { message: `“${name}” is a spreadsheet.`, advice: AS_CSV };
  // Two letters are a thin proof, and a CSV may begin with them.
  if (/^(MZ|BM|ORC|ID3|BZh)/.test(text) && !isBinary(start)) return null;
  return { message: `“${name}” is ${signature.what}.`, advice: signature.advice };
}

export const isArrow = (start: Uint8Array): boolean => {
  const text = String.fromCharCode(...start.subarray(0, 8));
  // The file format; and the stream format, whose first message is a schema behind the continuation mark.
  return (
    text.startsWith('ARROW1') ||
    (text.startsWith('\u00ff\u00ff\u00ff\u00ff') && text.charCodeAt(6) === 0 && text.charCodeAt(7) === 0)
  );
};

/** Text holds no NUL and next to no control characters. UTF-16 with a byte order mark is text. */
export function isBinary(start: Uint8Array): boolean {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return false;
  let control = 0;
  for (const byte of start) {
    if (byte === 0) return true;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control++;
  }
  return control > start.length / 100;
}

/** Bytes that are no UTF-8: most of a random or otherwise encoded file; a few are a broken text. */
export function brokenCharacters(text: string): number {
  let count = 0;
  for (let i = text.indexOf('\ufffd'); i >= 0; i = text.indexOf('\ufffd', i + 1)) count++;
  return count;
}

export const emptyFile = (name: string): SniffError => ({ message: `“${name}” is empty.`, advice: NO_RECORDS });

export const garbage = (name: string): SniffError => ({
  message: `“${name}” is binary data of a kind that Weir does not know.`,
  advice: NO_RECORDS,
});

export const oneLongLine = (name: string, kilobytes: number): SniffError => ({
  message: `“${name}” has no line end in its first ${kilobytes} kB.`,
  advice: 'Records are one a line, or a JSON array. Put line ends between the records.',
});
