/** Every rule of token documents, in one table. */
import type { Span } from '../../config/tree';
import type { Fix } from '../../config/rules/rule';
import type { RuleDoc, Severity } from '../../rules';
import { count } from '../../wording';

/** Something a person should know about one place of a token. Offsets count UTF-16 units. */
export interface Problem extends Span {
  readonly code: TokenCode;
  readonly severity: Severity;
  readonly message: string;
  readonly fixes?: readonly Fix[];
}

export type TokenCode = (typeof rules)[keyof typeof rules]['code'];

export interface Rule extends RuleDoc {
  readonly message: (...facts: never[]) => string;
  /** What the pool holds, where the example is about a difference from it. */
  readonly saved?: string;
}

const free = '"type": "token", "lock": 0, "done": 0';
const stubs = '"_attachments": { "srm.txt": { "stub": true } }';

/**
 * `error`: it cannot be saved, or the libraries fail over it. `warning`: no view shows it, or somebody is misled.
 * `information`: worth knowing.
 */
export const rules = {
  notAToken: {
    code: 'not-a-token',
    severity: 'error',
    message: () => 'A token is an object with named fields. Begin it with “{”.',
    documentation: 'The pool takes objects only.',
    example: '[]',
  },
  duplicateField: {
    code: 'duplicate-field',
    severity: 'error',
    message: (name: string) => `The field “${name}” stands twice, and readers take one of the two. Keep one.`,
    documentation: 'Which of the two counts depends on the program that reads it, so it is not saved.',
    example: `{ ${free}, "status": "a", "status": "b" }`,
  },
  changedId: {
    code: 'changed-id',
    severity: 'error',
    message: (id: string) => `A token keeps its id: here it is “${id}”. Undo the change; to make another token, create one.`,
    documentation: 'With another id it would be another token, beside the first. It is not saved.',
    example: `{ "_id": "b", "_rev": "1-x", ${free} }`,
    saved: `{ "_id": "a", "_rev": "1-x", ${free} }`,
  },
  changedRevision: {
    code: 'changed-revision',
    severity: 'error',
    message: () => '“_rev” says which version was read and changed, and keeps others’ work from being overwritten. Undo its change.',
    documentation:
      'Without the version that was read nobody can tell whether somebody else has changed the token meanwhile. It is not saved.',
    example: `{ "_id": "a", ${free} }`,
    saved: `{ "_id": "a", "_rev": "1-x", ${free} }`,
  },
  changedAttachments: {
    code: 'changed-attachments',
    severity: 'error',
    message: () => 'Attachments are not changed by editing the token. Undo this; attach and delete files in the tree of tokens.',
    documentation: 'CouchDB deletes every attachment that this list leaves out, so the list is not saved unless it is as it was.',
    example: `{ "_id": "a", "_rev": "1-x", ${free}, "_attachments": {} }`,
    saved: `{ "_id": "a", "_rev": "1-x", ${free}, ${stubs} }`,
  },
  reservedField: {
    code: 'reserved-field',
    severity: 'error',
    message: (name: string) => `Names of fields that begin with “_” belong to CouchDB. Call “${name}” something else.`,
    documentation: 'CouchDB refuses a document with such a field; “_deleted” would delete it.',
    example: `{ ${free}, "_note": "mine" }`,
  },
  tooLarge: {
    code: 'too-large',
    severity: 'error',
    message: (bytes: number, most: number) =>
      `The token has ${count(bytes)} bytes, and ${count(most)} is the most that a pool takes. Move what is large into an attachment.`,
    documentation: 'Servers refuse a document over 8 MB, and with it all that came in the same request. Attachments do not count.',
    example: `{ ${free}, "log": "${'x'.repeat(40)}" }`,
  },
  taskType: {
    code: 'task-type',
    severity: 'warning',
    message: () => 'No standard view shows the type “task”, so no pilot will find this token. Write “token”.',
    documentation: 'It is what picasclient writes when no type is given; its own views look for “token” only.',
    example: '{ "type": "task", "lock": 0, "done": 0 }',
  },
  missingType: {
    code: 'missing-type',
    severity: 'warning',
    message: () => 'The token has no “type” as text, so no view shows it. Give it the type of its views.',
    documentation: 'Every view begins with the type; without it the document belongs to nobody.',
    example: '{ "lock": 0, "done": 0 }',
  },
  missingField: {
    code: 'missing-field',
    severity: 'warning',
    message: (name: string) => `“${name}” is missing, so the token is in no view. Add "${name}": 0.`,
    documentation: 'The views compare it with numbers, and what is not there is neither 0 nor more.',
    example: '{ "type": "token", "lock": 0 }',
  },
  wrongType: {
    code: 'wrong-type',
    severity: 'error',
    message: (name: string, what: string) =>
      `“${name}” is ${what} and must be a number: ${name === 'scrub_count' ? 'a count' : 'seconds since 1970, or 0'}.`,
    documentation: 'Libraries calculate with it and fail; views take some texts for numbers and others not.',
    example: '{ "type": "token", "lock": "0", "done": 0 }',
  },
  milliseconds: {
    code: 'milliseconds',
    severity: 'warning',
    message: (name: string) => `“${name}” looks like milliseconds, and tokens count seconds. Write a thousandth of it.`,
    documentation: 'The time lies tens of thousands of years ahead, so ages and stuck locks are never seen.',
    example: '{ "type": "token", "lock": 1479384000000, "done": 0 }',
  },
  futureTime: {
    code: 'future-time',
    severity: 'warning',
    message: (name: string, words: string) => `“${name}” lies in the future (${words}). A clock was wrong, or the number is.`,
    documentation: 'A lock in the future never grows old, so nobody looks for it.',
    example: '{ "type": "token", "lock": 4102444800, "done": 0 }',
  },
  doneBeforeLock: {
    code: 'done-before-lock',
    severity: 'information',
    message: (words: string) => `It was closed ${words} before it was locked. Two clocks disagree, or it was locked again.`,
    documentation: 'A run of less than no time makes every rate and duration wrong.',
    example: '{ "type": "token", "lock": 1479384000, "done": 1479380000, "exit_code": 0 }',
  },
  doneWithoutLock: {
    code: 'done-without-lock',
    severity: 'warning',
    message: () => '“done” is set though “lock” is 0, and no view shows such a token. Set “done” to 0, or “lock” to when it was taken.',
    documentation: 'It is neither to do nor finished. An unlock after the end leaves it so.',
    example: '{ "type": "token", "lock": 0, "done": 1479384000 }',
  },
  libraryMark: {
    code: 'library-mark',
    severity: 'information',
    message: (mark: number) =>
      `${mark} is no time: the library marks a failure of its own so.${mark < 0 ? ' No standard view shows it.' : ''} Reset the token to run it again.`,
    documentation: 'Older libraries write -1, which is in no view; later ones write 99.',
    example: '{ "type": "token", "lock": -1, "done": -1 }',
  },
  closedWithoutCode: {
    code: 'closed-without-code',
    severity: 'information',
    message: () => 'It was closed without an exit code, so it counts as an error. Write down the code, or reset it.',
    documentation: 'Views of PiCaS count a closed token without a code among the errors.',
    example: '{ "type": "token", "lock": 1479384000, "done": 1479385000, "exit_code": "" }',
  },
  codeAsText: {
    code: 'code-as-text',
    severity: 'information',
    message: (name: string, code: string) =>
      `The code is written as text. Write ${code}, so that every program takes “${name}” for a number.`,
    documentation: 'Views compare text and number loosely, Python does not: the same token is done for one and an error for the other.',
    example: '{ "type": "token", "lock": 1479384000, "done": 1479385000, "exit_code": "0" }',
  },
  notACode: {
    code: 'not-a-code',
    severity: 'warning',
    message: (name: string) => `“${name}” holds text that is no number, and an exit code belongs there. Move the words to another field.`,
    documentation: 'It counts as an error without a code, whatever the words say.',
    example: '{ "type": "token", "lock": 1479384000, "done": 1479385000, "output": "failed" }',
  },
  badCount: {
    code: 'bad-count',
    severity: 'warning',
    message: () => '“scrub_count” counts how often the token was put back: a whole number from 0 on.',
    documentation: 'Pilots compare it with the most that is allowed, so a negative one is tried for longer than anybody wants.',
    example: '{ "type": "token", "lock": 0, "done": 0, "scrub_count": -1 }',
  },
  statusDisagrees: {
    code: 'status-disagrees',
    severity: 'information',
    message: (status: string, code: number) =>
      `The status is “${status}” and the code is ${code}: some views count it as done, others as an error. The code counts here.`,
    documentation: 'GRID_LRT’s views go by the status, its overview by the code.',
    example: '{ "type": "x", "lock": 1479384000, "done": 1479385000, "output": 22, "status": "done" }',
  },
  misspeltField: {
    code: 'misspelt-field',
    severity: 'warning',
    message: (name: string, known: string) => `No tool knows “${name}”. Did you mean “${known}”, which is not there?`,
    documentation: 'Pilots and views read fields by their exact names, and pass over what they do not know.',
    example: '{ "type": "token", "lock": 0, "done": 0, "scrubcount": 1 }',
  },
  missingAttachment: {
    code: 'missing-attachment',
    severity: 'warning',
    message: (name: string) => `The job asks for the attachment “${name}”, and the token has none of that name. Attach it.`,
    documentation: 'The pilot fails when it looks for the file.',
    example: `{ "type": "x", "lock": 0, "done": 0, "config.json": { "variables": { "_attachments": { "$PARSET": "a.parset" } } }, ${stubs} }`,
  },
} as const satisfies Record<string, Rule>;
