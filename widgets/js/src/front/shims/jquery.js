// What ipywidgets and anywidget use of jQuery in a page: a wrapped element that can be emptied.

export default function wrap(element) {
  if (!(this instanceof wrap)) return new wrap(element);
  this[0] = element;
  this.length = element ? 1 : 0;
}

wrap.prototype.empty = function empty() {
  this[0]?.replaceChildren();
  return this;
};
