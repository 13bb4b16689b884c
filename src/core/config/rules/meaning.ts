/** Rules about what a file means: variables, sandbox, destinations, and what is of the past. */
import { type Rule } from './rule';

const quote = (name: string): string => `“${name}”`;

export const meaning = {
  missingDollar: {
    code: 'missing-dollar',
    severity: 'error',
    message: (text: string) => `The name of a shell variable begins with “$”; without it the worker fails. Write ${quote(`$${text}`)}.`,
    documentation: 'The worker cuts the name at its “$” and ends with an index error where there is none.',
    example: 'Shell_variables:\n    RESULTS_DIR: RESULTS_DIR\n',
  },
  badVariable: {
    code: 'bad-variable',
    severity: 'error',
    message: (text: string) => `${quote(text)} is no name of a shell variable: after “$” come letters, digits and “_”, and no digit first.`,
    documentation: 'The worker exports the variable under this name, and a shell takes no other characters.',
    example: 'Shell_variables:\n    OBSID: "$OBS-ID"\n',
  },
  sharedVariable: {
    code: 'shared-variable',
    severity: 'warning',
    message: (name: string) => `${quote(name)} is set twice, and the later one wins. Give one of them another name.`,
    documentation: 'Two fields or attachments that go to one variable overwrite each other on the worker.',
    example: 'Shell_variables:\n    OBSID: "$OBSID"\n    CAL_OBSID: "$OBSID"\n',
  },
  unknownField: {
    code: 'unknown-field',
    severity: 'hint',
    message: (field: string) => `The token has no field ${quote(field)} here; the worker skips the variable if nothing adds it later.`,
    documentation: 'Fields that come when tokens are made (CAL2_SOLUTIONS, ABN) need not stand in the file.',
    example: 'Token:\n    OBSID: ""\nShell_variables:\n    CAL2: "$CAL2"\n',
  },
  undefinedVariable: {
    code: 'undefined-variable',
    severity: 'warning',
    message: (name: string, meant: string | undefined) =>
      `Nothing defines ${quote(name)}, so it stays in the path as it is.${meant === undefined ? ' Define it, or remove it.' : ` Did you mean ${quote(meant)}?`}`,
    documentation: 'Only variables of the map of variables (and $DATE in a template) are replaced in a path.',
    example: '{ "Token": { "upload": { "location": "$RESULT", "template": "x_$DATE" }, "variables": {} } }',
  },
  variablePrefix: {
    code: 'variable-prefix',
    severity: 'warning',
    message: (short: string, long: string) =>
      `${quote(short)} is the beginning of ${quote(long)}, and replacing it first destroys the longer one. Rename one of them.`,
    documentation: 'v1 replaces names in paths as plain text and in any order: $OBS in $OBSID leaves “ID”.',
    example: '{ "Token": { "variables": { "_token_keys": { "$OBS": "OBSID", "$OBSID": "OBSID" } } } }',
  },
  attachmentDirection: {
    code: 'attachment-direction',
    severity: 'error',
    message: (wanted: string) => `Attachment and variable are the wrong way round. Here it is ${wanted}.`,
    documentation: 'v0.5 writes `name: "$VARIABLE"`, v1 writes `"$VARIABLE": "name"`.',
    example: 'Shell_variables:\n    _attachments:\n        $PARSET: My.parset\n',
  },
  reserved: {
    code: 'reserved-field',
    severity: 'hint',
    message: (field: string) => `The tool writes ${quote(field)} itself when it makes the token; what stands here is not used.`,
    documentation: 'type, lock, done, hostname, output, scrub_count, created and _id begin with the values of a free token, always.',
    example: 'Token:\n    lock: 0\n',
  },
  sharedId: {
    code: 'shared-id',
    severity: 'warning',
    message: () =>
      'Every token built from this file gets this one “_id”, and the second is refused. Remove it, and let the tool name the tokens.',
    documentation: 'In v1 the template’s _id overwrites the name that the caller gave.',
    example: '{ "Token": { "_id": "cal_" } }',
  },
  unsafeName: {
    code: 'unsafe-name',
    severity: 'error',
    message: (name: string) =>
      `${quote(name)} cannot be the name of a file or folder here. Use letters, digits, “.”, “_” and “-”, and begin with a letter or digit.`,
    documentation: 'Names reach a shell in GRID_LRT, and become paths on the worker: blanks, quotes, “/”, “..” and “$()” do harm.',
    example: 'Sandbox:\n    name: "my step"\n',
  },
  unsafePath: {
    code: 'unsafe-path',
    severity: 'error',
    message: (reason: string) => `This path ${reason}.`,
    documentation: '“..” leaves the folder that was meant; blanks and shell characters break the commands of the old tools.',
    example: 'Sandbox:\n    loc: "../other"\n',
  },
  unsafeRepository: {
    code: 'unsafe-repository',
    severity: 'error',
    message: (reason: string) => `This is no address of a repository: it ${reason}. Write https://host/path.git or git@host:path.git.`,
    documentation: 'GRID_LRT gives the address to a shell; git itself takes “ext::” for a command and “-…” for an option.',
    example: 'Sandbox:\n    git: {location: "https://example.org/a b.git", branch: b}\n',
  },
  secret: {
    code: 'secret-in-file',
    severity: 'warning',
    message: () =>
      'This looks like a password or token. Whoever reads the file, the repository or the token document reads it too: remove it, and change it.',
    documentation: 'Step files are shared and copied into every token. Passwords belong to the secret storage of the editor.',
    example: 'Token:\n    PICAS_USR_PWD: "hunter2"\n',
  },
  branchAndCommit: {
    code: 'branch-and-commit',
    severity: 'hint',
    message: () => 'The commit is taken, whatever the branch. Keep the commit alone, if the branch is not meant as a note.',
    documentation: 'With both the branch is checked out first and the commit then.',
    example: 'Sandbox:\n    git_scripts:\n        tool: {git_url: "https://example.org/t.git", branch: main, commit: "abc1234"}\n',
  },
  notPinned: {
    code: 'not-pinned',
    severity: 'hint',
    message: () => 'Without branch and commit each build takes what the repository holds that day. Name a commit to build the same again.',
    documentation: 'A clone without a branch is of the default branch, whatever that is by then.',
    example: 'Sandbox:\n    git_scripts:\n        tool: {git_url: "https://example.org/t.git"}\n',
  },
  doubleSlash: {
    code: 'double-slash-path',
    severity: 'hint',
    message: () => 'Slashes at the ends are joined as they are, and the path gets “//”. Write it without them.',
    documentation: 'GRID_LRT puts `loc` between two slashes of its own.',
    example: 'Sandbox:\n    loc: "/TEAM/step/"\n',
  },
  sandboxElsewhere: {
    code: 'sandbox-elsewhere',
    severity: 'hint',
    message: (wanted: string) => `The sandbox of this file is put at ${quote(wanted)}, and the token names another place.`,
    documentation: '`SBXloc` of the token says what the pilot unpacks; `loc` and `name` of the sandbox say where the tar is put.',
    example: 'Token:\n    SBXloc: "a/b.tar"\nSandbox:\n    name: c\n    loc: "a"\n',
  },
  notGridUrl: {
    code: 'not-a-grid-url',
    severity: 'warning',
    message: () => 'This is no address on grid storage. Begin it with gsiftp://, https://, davs://, root:// or a variable, and a host.',
    documentation: 'The worker copies results to this address; a bare path is on the worker and lost with it.',
    example: 'Token:\n    RESULTS_DIR: "/home/me/results"\n',
  },
  templateEnding: {
    code: 'template-ending',
    severity: 'warning',
    message: (ending: string) => `The ending is added by the tool: the file would be called “…${ending}.tar”. Leave it out.`,
    documentation: 'The name at the destination is the template and `.tar` or `.tar.gz`.',
    example: '{ "Token": { "upload": { "location": "gsiftp://h:2811/d", "template": "x_$DATE.tar" } } }',
  },
  templateFolder: {
    code: 'template-folder',
    severity: 'information',
    message: () => 'The template holds a folder. Put folders into “location”: a missing one is not made.',
    documentation: 'The template is a file name; uploads to folders that do not exist fail.',
    example: '{ "Token": { "upload": { "location": "gsiftp://h:2811/d", "template": "a/x_$DATE" } } }',
  },
  emptyDate: {
    code: 'empty-date',
    severity: 'hint',
    message: () => 'With “add_date” false, “$DATE” becomes nothing.',
    documentation: '`$DATE` is replaced by a date only where `add_date` is true.',
    example: '{ "Token": { "upload": { "location": "gsiftp://h:2811/d", "template": "x_$DATE", "add_date": false } } }',
  },
  unusedDate: {
    code: 'unused-date',
    severity: 'hint',
    message: () => 'The template has no “$DATE”, so no date is added.',
    documentation: '`add_date` only says what becomes of `$DATE`.',
    example: '{ "Token": { "upload": { "location": "gsiftp://h:2811/d", "template": "x", "add_date": true } } }',
  },
  retired: {
    code: 'retired',
    severity: 'hint',
    message: (what: string, instead: string) => `${what} is no longer in use. ${instead}`,
    documentation: 'Tools and hosts that old files name and that no longer answer or are no longer installed, with what replaced them.',
    example: 'Token:\n    COPY: "uberftp -ls gsiftp://example.org/"\n',
  },
  badPattern: {
    code: 'bad-pattern',
    severity: 'error',
    message: (reason: string) => `This pattern ${reason}. Name files relative to the job’s folder.`,
    documentation: 'Output files are looked for in the job’s folder, by relative patterns of *, ?, [a-z] and [!a-z].',
    example:
      'Token: {}\nSandbox: {name: x, loc: x, git: {location: "https://example.org/x.git", branch: b}, git_scripts: {}, remove_when_done: true}\nShell_variables: {}\noutputs:\n    files: ["/tmp/x.root"]\n',
  },
  badFormat: {
    code: 'bad-name-format',
    severity: 'error',
    message: (reason: string) => `This name format ${reason}.`,
    documentation: 'Without {fname} all files of a job would get one name; other braces than the known ones are refused.',
    example:
      'Token: {}\nSandbox: {name: x, loc: x, git: {location: "https://example.org/x.git", branch: b}, git_scripts: {}, remove_when_done: true}\nShell_variables: {}\noutputs:\n    files: [{namePattern: "*.root", format: "{jid}"}]\n',
  },
} as const satisfies Record<string, Rule>;
