// A view of the page that can be drawn from what is here already is drawn at once. Python hears of
// it as always, and what it then says holds; it also says which addresses are such views ("turns").

/**
 * Returns `named(own)`: the name of the view to draw now, where `own` is the one Python named last.
 * may(): false where the address changed more than the view.
 */
export function goAhead(tools, may = () => true) {
  let going = null;
  const onWent = ({ detail: { query, told } }) => {
    const name = tools.model.get("view")?.turns?.[query];
    const mine = (going = name && may() ? { name } : null);
    if (!mine) return;
    tools.drawNow();
    const end = () => {
      if (going !== mine) return;
      going = null;
      tools.redraw();
    };
    told?.then(end, () => {}); // without an answer the person stays where they went
  };
  addEventListener("practika:went", onWent);
  tools.onCleanup(() => removeEventListener("practika:went", onWent));
  return (own) => going?.name ?? own;
}
