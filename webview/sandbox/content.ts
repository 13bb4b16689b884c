/** The files of the tar as a tree, with sizes, shares, and what differs from the version that is published. */
import { count, plural, sizeOf, wholePercent } from '../../src/core/wording';
import type { Mark, SandboxContent } from '../../src/shared/sandbox';
import { dotted, html, linkButton, renew, svg, type Child } from '../element';
import { symbol } from '../symbols';
import { Table } from '../table';
import { firstOpened, growTree, markOf, rowsOf, type Branch, type Branches } from './tree';
import { differenceOf, markLetters } from './words';

export class Content {
  readonly element = html('section', { class: 'content', 'aria-labelledby': 'content' });
  readonly #told = html('span', { class: 'quiet' });
  readonly #aside = html('span', { class: 'aside' });
  readonly #table: Table;
  #content: SandboxContent | undefined;
  #tree: Branches = [];
  #executable: ReadonlySet<number> = new Set();
  #opened = new Set<string>();
  #differing = false;

  constructor(
    private readonly narrow: () => boolean,
    private readonly compare: () => void,
  ) {
    this.#table = new Table({
      label: 'Content',
      description: 'Arrows left and right close and open folders',
      kind: 'files',
      columns: [
        { name: 'Name' },
        { name: 'Size', class: 'number' },
        { name: 'Share', class: 'number secondary' },
        { name: '' },
        { name: 'Difference' },
      ],
      reserved: '',
      name: (key) => this.#tree[key]?.name ?? '',
      cells: (key) => this.#cells(key),
      detail: (key) => this.#detail(this.#tree[key]),
      enter: (key) => this.#turn(key),
      follows: () => this.narrow(),
      tree: {
        level: (key) => this.#tree[key]?.level ?? 1,
        open: (key) => (this.#isFolder(key) ? this.#opened.has(this.#tree[key]?.path ?? '') : undefined),
        above: (key) => this.#tree[key]?.parent ?? -1,
      },
    });
    const title = html('div', { class: 'over' }, html('h2', { id: 'content' }, 'Content'), this.#told, this.#aside);
    this.element.append(title, this.#table.element);
    this.fill(undefined);
  }

  fill(content: SandboxContent | undefined): void {
    this.#content = content;
    this.element.hidden = content === undefined;
    if (content === undefined) return;
    // What somebody has opened stays open in the next version of the same sandbox.
    const isFirst = this.#tree.length === 0;
    this.#tree = growTree(content);
    this.#executable = new Set(content.executable);
    if (isFirst) this.#opened = new Set(firstOpened(this.#tree));
    const [whole] = this.#tree;
    if (whole === undefined || this.#differs(whole) === 0) this.#differing = false;
    this.#told.textContent = content.against;
    this.#table.selection.clear();
    this.#draw();
  }

  refresh(): void {
    this.#table.refresh();
  }

  #draw(): void {
    const [whole] = this.#tree;
    const differs = whole === undefined ? 0 : this.#differs(whole);
    const turn = (): void => {
      this.#differing = !this.#differing;
      if (this.#differing) this.#openDiffering();
      this.#draw();
    };
    const words = this.#differing ? 'Show all' : plural(differs, 'difference');
    const only = linkButton(words, 'differences', turn, { title: this.#differing ? undefined : 'Show only what differs' });
    const title = 'Fetch the newest version from the storage, whoever put it there';
    renew(this.#aside, ...dotted(differs > 0 && only, linkButton('Compare', 'compare', this.compare, { title })));
    this.#table.setRows(rowsOf(this.#tree, this.#opened, (branch) => !this.#differing || this.#differs(branch) > 0));
  }

  #differs({ marks }: Branch): number {
    return marks.n + marks.c + marks.r;
  }

  /** Folders that are new or gone as a whole say so in one row. */
  #openDiffering(): void {
    for (const branch of this.#tree)
      if (branch.file === undefined && markOf(branch) === 'c' && branch.children.length <= 500) this.#opened.add(branch.path);
  }

  #isFolder(key: number): boolean {
    return this.#tree[key] !== undefined && this.#tree[key].file === undefined;
  }

  #turn(key: number): void {
    const path = this.#tree[key]?.path;
    if (path === undefined || !this.#isFolder(key)) return;
    if (!this.#opened.delete(path)) this.#opened.add(path);
    this.#draw();
  }

  #cells(key: number): readonly Child[] {
    const branch = this.#tree[key];
    const content = this.#content;
    if (branch === undefined || content === undefined) return [];
    const { bytes, file } = branch;
    const total = this.#tree[0]?.bytes ?? 0;
    const mark = markOf(branch);
    const gone = mark === 'r';
    return [
      this.#name(branch, key, content),
      gone || (file !== undefined && content.links[file] !== undefined) ? '' : sizeOf(bytes),
      gone || total === 0 ? '' : shareOf(bytes / total),
      html('span', { class: `mark ${markNames[mark]}`, title: markNames[mark] }, markLetters[mark]),
      this.#difference(branch, content),
    ];
  }

  #name(branch: Branch, key: number, { links }: SandboxContent): HTMLElement {
    const { name, level, file } = branch;
    const open = this.#opened.has(branch.path);
    const indent = svg('svg', {
      class: 'indent',
      width: (level - 1) * 16 + (file === undefined ? 0 : 16),
      height: 1,
      'aria-hidden': 'true',
    });
    if (file !== undefined) {
      const link = links[file];
      const after =
        link !== undefined
          ? html('span', { class: 'quiet' }, ` → ${link}`)
          : this.#executable.has(file)
            ? html('span', { class: 'quiet', title: 'may be executed' }, '*')
            : undefined;
      return html('span', { class: markOf(branch) === 'r' ? 'gone' : undefined, title: branch.path }, indent, name, after);
    }
    const chevron = html(
      'span',
      { class: 'chevron', 'aria-hidden': 'true' },
      svg('svg', { width: 10, height: 10 }, svg('path', { d: open ? 'M2 3.5L5 6.5L8 3.5' : 'M3.5 2L6.5 5L3.5 8' })),
    );
    chevron.addEventListener('click', () => this.#turn(key));
    // Its two clicks have done what the row would do once more.
    chevron.addEventListener('dblclick', (event) => event.stopPropagation());
    return html('span', { class: markOf(branch) === 'r' ? 'gone' : undefined, title: branch.path }, indent, chevron, `${name}/`);
  }

  #difference(branch: Branch, content: SandboxContent): HTMLElement {
    const words = differenceOf(branch, content);
    const note = branch.file === undefined ? undefined : content.notes[branch.file];
    const warned = branch.file === undefined && branch.warned && !this.#opened.has(branch.path);
    return html(
      'span',
      {},
      (note?.tone === 'warning' || warned) && symbol('warning'),
      note !== undefined && html('span', { class: note.tone === 'plain' ? 'quiet' : note.tone }, note.text),
      note !== undefined && words !== '' && ' · ',
      html('span', { class: 'quiet' }, words),
    );
  }

  #detail(branch: Branch | undefined): HTMLElement {
    if (branch === undefined) return html('div');
    const inside = branch.file === undefined ? `${plural(branch.files, 'file')}, ` : '';
    return html(
      'div',
      { class: 'full' },
      html('p', { class: 'mono' }, branch.path),
      html('p', { class: 'quiet' }, `${inside}${count(branch.bytes)} bytes`),
    );
  }
}

const markNames: Readonly<Record<Mark, string>> = { '=': 'same', n: 'added', c: 'modified', r: 'deleted' };

/** A bar on one scale for all rows, and the number beside it where it says something. */
function shareOf(share: number): HTMLElement {
  const number = share >= 0.005 ? wholePercent(Math.round(share * 100)) : '';
  const width = number === '' ? 0 : `${share * 100}%`;
  const bar = svg(
    'svg',
    { class: 'share', width: 32, height: 6, 'aria-hidden': 'true' },
    svg('rect', { class: 'fill-dot', width, height: 6 }),
  );
  return html('span', {}, bar, html('span', { class: 'quiet' }, number));
}
