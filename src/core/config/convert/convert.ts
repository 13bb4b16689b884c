/** Conversion between the forms of step configuration. */
import { GridError } from '../../errors';
import { dialectOf } from '../dialect';
import { type Dialect, dialectNames } from '../key';
import { patched } from './patch';
import { commentsOf, type Data, dataOfTree, same } from './plain';
import { type Conversion, renamed, toVersionHalf, toWorkbench } from './superset';
import { parseConfig } from '../syntax';
import { fromVersionOne } from './template';
import { type Syntax, type Tree } from '../tree';
import { toVersionOne } from './versionOne';
import { writeJson, writeYaml } from './writer';

/** The forms that a file can be converted to. */
export type Form = 'v0.5' | 'v1' | 'workbench';
export const forms: readonly Form[] = ['v0.5', 'workbench', 'v1'];

export interface Converted {
  readonly text: string;
  readonly syntax: Syntax;
  /** Sentences about what the form cannot hold, and about what was added because it asks for it. */
  readonly lost: readonly string[];
}

/**
 * A step configuration in another form. Between v0.5 and the form of Grid Workbench, comments, order and layout stay;
 * v1 is written anew. A file that has the form already is returned as it is.
 * @throws GridError `malformed` when the text cannot be read, with the place; `rejected` when it is no step configuration.
 */
export function convertConfig(text: string, syntax: Syntax, to: Form): Converted {
  const tree = parseConfig(text, syntax);
  const from = dialectOf(tree);
  if (from === 'legacy') {
    throw new GridError('rejected', 'This file is from before 2018, and has no form of today.', { hint: 'Import it instead.' });
  }
  const data = dataOfTree(tree);
  if (from === 'token') {
    throw new GridError('rejected', 'This is a token template, which is the same in every form.', {
      hint: 'Convert the file that holds “Token” and “Sandbox”.',
    });
  }
  if (from === to) return { text, syntax, lost: [] };
  if (to === 'v1') {
    const { data: wanted, lost } = toVersionOne(data, from === 'v1' ? 'workbench' : from);
    return { text: writeJson(wanted), syntax: 'json', lost: [...lost, ...withoutComments(tree, 'JSON has none')] };
  }
  return from === 'v1' ? fromTemplate(tree, data, to) : rewritten(tree, data, to);
}

/** The form a text has; undefined for token templates, files of 2017, and what cannot be read. */
export function formOf(text: string, syntax: Syntax): Form | undefined {
  const dialect: Dialect = dialectOf(parseConfig(text, syntax));
  return forms.find((form) => form === dialect);
}

/** What a form is called, and what it is good for. */
export const formWords: Readonly<Record<Form, { readonly label: string; readonly detail: string }>> = {
  'v0.5': { label: dialectNames['v0.5'], detail: 'YAML with Token, Sandbox and Shell_variables, for the tools of v0.2 to v0.5' },
  workbench: {
    label: dialectNames.workbench,
    detail: 'The same with outputs, container, upload and launcher arguments; tools of v0.5 read it too',
  },
  v1: { label: dialectNames.v1, detail: 'JSON with Job, Token and sandbox, for the builder of v1' },
};

function fromTemplate(tree: Tree, data: Data, to: 'v0.5' | 'workbench'): Converted {
  const ours = fromVersionOne(data, to);
  const { data: wanted, lost } = to === 'v0.5' ? toVersionHalf(ours.data) : { data: ours.data, lost: [] };
  return { text: writeYaml(wanted), syntax: 'yaml', lost: [...ours.lost, ...lost, ...withoutComments(tree, 'the file is written anew')] };
}

/** v0.5 ↔ ours: small changes where the layout allows it. */
function rewritten(tree: Tree, data: Data, to: 'v0.5' | 'workbench'): Converted {
  const { data: wanted, lost }: Conversion = to === 'v0.5' ? toVersionHalf(data) : toWorkbench(data);
  if (tree.syntax === 'yaml') {
    const text = patched(tree, wanted, Object.hasOwn(wanted, 'Submit') ? {} : to === 'workbench' ? renamed : {});
    if (says(text, wanted)) return { text, syntax: 'yaml', lost };
  }
  const text = writeYaml(wanted, tree.text.includes('\r\n') ? '\r\n' : '\n');
  return { text, syntax: 'yaml', lost: [...lost, ...withoutComments(tree, 'anchors or layout did not allow to change the text in place')] };
}

/** Whether a text can be read, and says exactly this. */
function says(text: string, wanted: Data): boolean {
  try {
    return same(dataOfTree(parseConfig(text, 'yaml')), wanted);
  } catch {
    return false;
  }
}

function withoutComments(tree: Tree, why: string): readonly string[] {
  return commentsOf(tree).length === 0 ? [] : [`Comments are left out: ${why}.`];
}
