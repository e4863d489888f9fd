// For the chunk of lazy controls: what the page has already, and the bar of tabs.
export { Layout, Panel, PanelLayout, Title, Widget } from "practika:lumino";
export { TabBar } from "@lumino/widgets/src/tabbar.ts";
