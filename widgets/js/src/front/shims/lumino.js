// The two widgets ipywidgets is built of, each from its own file: the rest of Lumino (docks,
// menus, a command palette) is no part of a page.
export { Layout } from "@lumino/widgets/src/layout.ts";
export { Panel } from "@lumino/widgets/src/panel.ts";
export { PanelLayout } from "@lumino/widgets/src/panellayout.ts";
export { Title } from "@lumino/widgets/src/title.ts";
export { Widget } from "@lumino/widgets/src/widget.ts";
