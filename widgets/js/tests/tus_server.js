// A small tus server with creation-defer-length, for what sends recordings. It keeps bytes as ours
// does, and can be put out of reach between any two requests.

export class TusServer {
  constructor() {
    this.uploads = new Map(); // id -> {bytes, length, reply}
    this.asked = [];
    this.away = 0; // requests that get no answer
    this.lost = 0; // requests that are done, but whose answer is lost
    this.count = 0;
  }

  fetch = async (address, { method, headers, body }) => {
    const path = address.replace(/^.*?\/(files|api)/, "$1");
    this.asked.push(`${method} ${path}`);
    if (this.away > 0 && this.away--) throw new TypeError("fetch failed");
    const answer = await this.answer(method, path, headers, body);
    if (this.lost > 0 && this.lost--) throw new TypeError("fetch failed");
    return answer;
  };

  async answer(method, path, headers, body) {
    if (method === "POST" && path === "files") return this.create(headers);
    const [, kind, id, , reply] = path.match(/^(files|api\/recordings)\/([^/]+)(\/reply\/(.+))?$/);
    const upload = this.uploads.get(id);
    if (!upload) return new Response("This upload has ended.", { status: 404 });
    if (kind !== "files") {
      upload.reply = reply;
      return new Response(null, { status: 204 });
    }
    if (method === "DELETE") return this.uploads.delete(id), new Response(null, { status: 204 });
    if (method === "PATCH") {
      const refused = await this.append(upload, headers, body);
      if (refused) return refused;
    }
    const told = upload.length === null ? { "Upload-Defer-Length": "1" } : { "Upload-Length": String(upload.length) };
    return new Response(null, { status: 204, headers: { "Upload-Offset": String(upload.bytes.length), ...told } });
  }

  create(headers) {
    const id = `u${(this.count += 1)}`;
    this.uploads.set(id, { bytes: "", length: null, told: headers["Upload-Metadata"], deferred: headers["Upload-Defer-Length"] });
    return new Response(null, { status: 201, headers: { Location: `/base/files/${id}` } });
  }

  async append(upload, headers, body) {
    if (Number(headers["Upload-Offset"]) !== upload.bytes.length) return new Response("elsewhere", { status: 409 });
    upload.bytes += body ? await body.text() : "";
    if ("Upload-Length" in headers) upload.length = Number(headers["Upload-Length"]);
    return null;
  }

  get only() {
    return [...this.uploads.values()][0];
  }
}
