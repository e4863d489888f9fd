// ipywidgets' allowlist for HTML in descriptions, in the place of sanitize-html: the browser
// itself reads the text, in a document where nothing loads and nothing runs.

const safeAddress = (value) => /^(https?:|mailto:|\/(?!\/)|#|data:image\/(?!svg))/i.test(value.trim());

function clean(node, { allowedTags, allowedAttributes }) {
  const common = allowedAttributes["*"] ?? [];
  for (const each of [...node.children]) {
    const tag = each.localName;
    if (!allowedTags.includes(tag)) {
      clean(each, { allowedTags, allowedAttributes });
      each.replaceWith(...(["script", "style", "template"].includes(tag) ? [] : each.childNodes));
      continue;
    }
    const names = [...common, ...(allowedAttributes[tag] ?? [])];
    for (const { name, value } of [...each.attributes]) {
      const allowed = names.includes(name) || (name.startsWith("aria-") && names.includes("aria-*"));
      const leads = name === "href" || name === "src";
      if (!allowed || name === "style" || (leads && !safeAddress(value))) each.removeAttribute(name);
    }
    clean(each, { allowedTags, allowedAttributes });
  }
}

export default function sanitize(text, rules) {
  const { body } = new DOMParser().parseFromString(text, "text/html");
  clean(body, rules);
  return body.innerHTML;
}
