/** Rules about reading a file: its syntax, its keys, and what YAML makes of its words. */
import { listing } from '../../wording';
import { type Rule } from './rule';

const quote = (name: string): string => `“${name}”`;

export const reading = {
  syntax: {
    code: 'syntax',
    severity: 'error',
    schema: true,
    message: (sentence: string) => sentence,
    documentation: 'The file cannot be read beyond this place. The parser stops here, so there may be more behind it.',
    example: 'Token:\n    OBSID: "L229507\n',
  },
  legacy: {
    code: 'legacy-file',
    severity: 'information',
    message: () => 'This is a file of GRID_LRT before 2018, which nothing reads any more. Import it to get a step configuration of today.',
    documentation:
      'The notes and split files of 2017 (step, sandbox, token) are imported as far as they say something; nothing else is checked in them.',
    example: 'LRT:\n    name:"NDPPP_Parset"\n    staging:\n        ignore_unstaged:True\n',
  },
  severalDocuments: {
    code: 'several-documents',
    severity: 'error',
    message: () => 'A second document begins here, and Python refuses such a file. Put it into a file of its own.',
    documentation: 'GRID_LRT reads a file with one document; “---” in the middle begins another.',
    example: 'Token:\n    OBSID: ""\n---\nToken:\n    OBSID: ""\n',
  },
  duplicateKey: {
    code: 'duplicate-key',
    severity: 'warning',
    message: (key: string) => `${quote(key)} stands twice in this map, and Python takes the last one without a word. Remove one.`,
    documentation: 'Neither YAML nor JSON allows a key twice; readers differ in which one they take.',
    example: 'Token:\n    OBSID: ""\n    OBSID: "L229507"\n',
  },
  unknownAnchor: {
    code: 'unknown-anchor',
    severity: 'error',
    message: (name: string) => `Nothing above is anchored as ${quote(`&${name}`)}. Write the anchor, or the value itself.`,
    documentation: 'An alias `*name` repeats what was anchored by `&name` before it.',
    example: 'Token:\n    OBSID: *obs\n',
  },
  foreignTag: {
    code: 'foreign-tag',
    severity: 'error',
    message: (tag: string) => `Safe readers refuse the tag ${quote(tag)}. Write the value without it.`,
    documentation: 'Tags such as `!!python/object` make an unsafe reader run code; safe readers stop at them.',
    example: 'Token:\n    OBSID: !!python/name:os.system ""\n',
  },
  oddKey: {
    code: 'odd-key',
    severity: 'error',
    message: () => 'A key has to be one piece of text, not a map or a list.',
    documentation: 'YAML allows a map as a key; the tools do not.',
    example: 'Token:\n    ? [a, b]\n    : 1\n',
  },
  tab: {
    code: 'tab',
    severity: 'error',
    message: () => 'Here is a tab, and Python’s reader of YAML stops at it. Write blanks.',
    documentation: 'YAML allows tabs between words, and editors read them; PyYAML, by which GRID_LRT reads the file, ends with an error.',
    example: 'Token:\n    OBSID:\t""\n',
  },
  missingKey: {
    code: 'missing-key',
    severity: 'error',
    schema: true,
    message: (key: string, where: string) => `${where} lacks ${quote(key)}, and the tools stop without it. Add it.`,
    documentation: 'GRID_LRT reads these keys without looking whether they are there, and ends with a KeyError.',
    example:
      'Token:\n    OBSID: ""\nSandbox:\n    name: x\n    loc: "x"\n    git: {location: "https://example.org/x.git", branch: b}\n    git_scripts:\n',
  },
  noGit: {
    code: 'sandbox-without-git',
    severity: 'error',
    message: () => 'The sandbox has no repository, so it cannot be built. Add “git” with the repository that holds master.sh.',
    documentation:
      'Since v0.4 the scripts of a sandbox come from a repository; “type”, which named a folder of scripts before, is ignored.',
    example: 'Token: {}\nSandbox:\n    name: x\n    loc: "x"\n    git_scripts:\n    remove_when_done: true\nShell_variables: {}\n',
  },
  wrongType: {
    code: 'wrong-type',
    severity: 'error',
    schema: true,
    message: (key: string, wanted: string, found: string) => `${quote(key)} has to be ${wanted}, and this is ${found}.`,
    documentation: 'The value is of a kind that the tools cannot use.',
    example: 'Token: yes\n',
  },
  tooSmall: {
    code: 'too-small',
    severity: 'error',
    schema: true,
    message: (key: string, minimum: number) => `${quote(key)} has to be ${minimum} or more.`,
    documentation: 'Launchers correct such a number in silence, or fail; `PicasApiVersion` below 0.5 is refused.',
    example: '{ "PicasApiVersion": 0.4 }',
  },
  unknownValue: {
    code: 'unknown-value',
    severity: 'warning',
    schema: true,
    message: (key: string, known: readonly string[]) =>
      `${quote(key)} knows ${listing(known)}, and takes anything else for the default or for nothing.`,
    documentation: 'Some keys have a closed list of values; what is not in it is passed over in silence.',
    example: 'apiVersion: 2\nToken:\n    upload: {location: "$RESULTS_DIR", template: "x_$STARTSB", date_granularity: century}\nSandbox:\n',
  },
  unknownKey: {
    code: 'unknown-key',
    severity: 'warning',
    schema: true,
    message: (key: string, meant: string) => `No tool reads ${quote(key)}. Did you mean ${quote(meant)}?`,
    documentation: 'A mistyped key is passed over in silence, and its default is taken.',
    example: 'Sandbox:\n    nmae: x\n',
  },
  unusedKey: {
    code: 'unused-key',
    severity: 'hint',
    message: (sentence: string) => sentence,
    documentation: 'The key does no harm and has no effect.',
    example: 'Sandbox:\n    loc2: None\n',
  },
  strangeKey: {
    code: 'strange-key',
    severity: 'information',
    schema: true,
    message: (key: string) => `No tool reads ${quote(key)}.`,
    documentation: 'The key is in none of the formats. It may be a note of your own.',
    example: 'Sandbox:\n    favourite_colour: blue\n',
  },
  misspeltField: {
    code: 'misspelt-field',
    severity: 'information',
    message: (field: string, meant: string) => `The field ${quote(field)} is copied as it is. Did you mean ${quote(meant)}?`,
    documentation: 'Token fields are free, and one letter beside a field that the worker reads is easily missed.',
    example: 'Token:\n    RESULT_DIR: "gsiftp://example.org:2811/data"\n',
  },
  truthWord: {
    code: 'truth-word',
    severity: 'warning',
    message: (word: string, value: boolean) =>
      `YAML 1.1 reads ${quote(word)} as ${value ? 'true' : 'false'}, not as a word. Quote it, or write ${String(value)}.`,
    documentation: 'yes, no, on and off are truth values for Python’s YAML and words for newer readers.',
    example: 'Token:\n    DO_DEMIX: yes\n',
  },
  octal: {
    code: 'octal-number',
    severity: 'warning',
    message: (text: string, value: number) => `YAML 1.1 reads ${quote(text)} as octal, that is ${value}. Quote it to keep what is written.`,
    documentation: 'A number that begins with 0 counts in eights: 0755 is 493, 010 is 8.',
    example: 'Token:\n    MODE: 0755\n',
  },
  lostZeros: {
    code: 'lost-zeros',
    severity: 'warning',
    message: (text: string, value: number) => `YAML reads ${quote(text)} as the number ${value}, without its zeros. Quote it to keep them.`,
    documentation:
      'Subbands have three digits, and 000 without quotes is 0. For STARTSB and ABN the key of the token set takes its place, so there it is only a hint.',
    example: 'Token:\n    FIRST: 000\n',
  },
  baseSixty: {
    code: 'base-sixty',
    severity: 'warning',
    message: (text: string, value: number) => `YAML 1.1 reads ${quote(text)} as a number in base sixty, that is ${value}. Quote it.`,
    documentation: '12:30:45 is 45045 for Python’s YAML.',
    example: 'Token:\n    START: 12:30:45\n',
  },
  date: {
    code: 'date-value',
    severity: 'warning',
    message: (text: string) => `YAML reads ${quote(text)} as a date, which no token can hold. Quote it.`,
    documentation: 'A date becomes an object in Python, and CouchDB takes text and numbers only: creating the token fails.',
    example: 'Token:\n    OBSERVED: 2018-03-01\n',
  },
  oddNumber: {
    code: 'odd-number',
    severity: 'warning',
    message: (text: string, value: string) => `YAML reads ${quote(text)} as the number ${value}. Quote it if it is a word.`,
    documentation: '1_000, 0x1F, .inf and .nan are numbers in YAML 1.1; CouchDB holds neither infinity nor NaN.',
    example: 'Token:\n    HASH: 0x1F\n',
  },
  numberForText: {
    code: 'number-for-text',
    severity: 'warning',
    schema: true,
    message: (key: string, text: string) => `${quote(key)} is text, and YAML reads ${quote(text)} as something else. Quote it.`,
    documentation: 'A branch 3.10 becomes 3.1, a commit 0012345 loses its zeros.',
    example:
      'Token: {}\nSandbox:\n    name: x\n    loc: "x"\n    git: {location: "https://example.org/x.git", branch: 3.10}\n    git_scripts:\n    remove_when_done: true\nShell_variables: {}\n',
  },
  noneWord: {
    code: 'none-word',
    severity: 'hint',
    message: () => 'In YAML this is the text “None”, not nothing. Write null for nothing.',
    documentation: 'Python prints nothing as None; YAML calls it null or ~.',
    example: 'Token:\n    CAL_OBSID: None\n',
  },
} as const satisfies Record<string, Rule>;
