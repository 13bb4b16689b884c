/**
 * The one tree provider. A view gives its nodes as plain data with a stable id, and a description of each; they become
 * `TreeItem`s here, late, and only those on screen. A change keeps what is expanded and selected, because identity is
 * the id and never the label.
 */
import {
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
  type Disposable,
  type Event,
  type TreeDataProvider,
  type TreeDragAndDropController,
  type TreeView,
} from 'vscode';
import type { Shape } from '../../shared/shape';
import type { TreeNode } from '../caller';
import { iconOf } from '../icon';

/** How a node is shown. */
export interface Description {
  /** Unique in the view and the same after each refresh. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly shape?: Shape;
  /** Words for `when` clauses, separated by spaces. */
  readonly context: string;
  readonly children: 'none' | 'collapsed' | 'expanded';
  /** The row read out in words. */
  readonly spoken: string;
  readonly command?: { readonly id: string; readonly title: string };
  /** Another icon than a state, by its codicon's name. */
  readonly icon?: string;
}

/** What a view shows. */
export interface Source<N extends TreeNode> {
  /** A promise where somebody must be asked first; it does not reject. */
  children(parent: N | undefined): readonly N[] | Promise<readonly N[]>;
  parent(node: N): N | undefined;
  describe(node: N): Description;
  /** Markdown; asked only when a person points at the row. */
  tooltip(node: N): string;
}

const collapsible = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

export class Tree<N extends TreeNode> implements TreeDataProvider<N> {
  readonly #changed = new EventEmitter<N | undefined>();
  readonly onDidChangeTreeData: Event<N | undefined> = this.#changed.event;
  /** Nodes with others below, as they were handed to the editor, by id: it knows a node again only by the very same object. */
  readonly #shown = new Map<string, N>();

  /** The source may be loaded with the first question. */
  constructor(private readonly source: () => Promise<Source<N>>) {}

  /** Shows the present nodes; of one node, itself and what is below it, if it is on the screen at all. */
  refresh(node?: N): void {
    if (node === undefined) {
      this.#shown.clear();
      this.#changed.fire(undefined);
      return;
    }
    void this.source().then((source) => {
      const shown = this.#shown.get(source.describe(node).id);
      if (shown !== undefined) this.#changed.fire(shown);
    });
  }

  async getChildren(parent?: N): Promise<N[]> {
    const source = await this.source();
    const children = [...(await source.children(parent))];
    for (const child of children) {
      const { id, children: below } = source.describe(child);
      if (below !== 'none') this.#shown.set(id, child);
    }
    return children;
  }

  async getParent(node: N): Promise<N | undefined> {
    const source = await this.source();
    const parent = source.parent(node);
    return parent === undefined ? undefined : (this.#shown.get(source.describe(parent).id) ?? parent);
  }

  async getTreeItem(node: N): Promise<TreeItem> {
    const shown = (await this.source()).describe(node);
    const item = new TreeItem(shown.label, collapsible[shown.children]);
    item.id = shown.id;
    item.description = shown.description;
    item.contextValue = shown.context;
    item.accessibilityInformation = { label: shown.spoken };
    if (shown.shape !== undefined) item.iconPath = iconOf(shown.shape);
    else if (shown.icon !== undefined) item.iconPath = new ThemeIcon(shown.icon);
    if (shown.command !== undefined) item.command = { command: shown.command.id, title: shown.command.title, arguments: [node] };
    return item;
  }

  async resolveTreeItem(item: TreeItem, node: N): Promise<TreeItem> {
    item.tooltip = new MarkdownString((await this.source()).tooltip(node));
    return item;
  }
}

/** A view of the editor and what draws it. */
export interface OpenView<N extends TreeNode> extends Disposable {
  readonly tree: Tree<N>;
  readonly view: TreeView<N>;
}

/** Registers a view; its source is loaded when the editor first draws it. */
export function openView<N extends TreeNode>(
  id: string,
  source: () => Promise<Source<N>>,
  drag?: TreeDragAndDropController<N>,
): OpenView<N> {
  const tree = new Tree<N>(source);
  const view = window.createTreeView<N>(id, {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
    ...(drag === undefined ? {} : { dragAndDropController: drag }),
  });
  return {
    tree,
    view,
    dispose: () => {
      view.dispose();
    },
  };
}
