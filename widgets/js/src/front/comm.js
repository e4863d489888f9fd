// One line to one widget of the kernel, as ManagerBase wants it ("IClassicComm").

export class Comm {
  constructor(connection, id, target) {
    this.connection = connection;
    this.comm_id = id;
    this.target_name = target;
    this.handler = null;
    this.closed = null;
    this.turn = new Promise((resolve) => (this.begin = resolve));
    connection.comms.set(id, this);
  }

  open(data, callbacks, metadata, buffers) {
    const content = { comm_id: this.comm_id, target_name: this.target_name, data: data ?? {} };
    return this.connection.send("comm_open", content, { callbacks, metadata, buffers });
  }

  send(data, callbacks, metadata, buffers) {
    return this.connection.send("comm_msg", { comm_id: this.comm_id, data }, { callbacks, metadata, buffers });
  }

  close(data, callbacks, metadata, buffers) {
    this.connection.comms.delete(this.comm_id);
    const content = { comm_id: this.comm_id, data: data ?? {} };
    return this.connection.send("comm_close", content, { callbacks, metadata, buffers });
  }

  on_msg(fn) {
    this.handler = fn;
    this.begin();
  }

  on_close(fn) {
    this.closed = fn;
  }

  /**
   * Hand a message to the widget's model. While the model is still being made its messages
   * wait here, in order, and nobody else waits for them.
   */
  deliver(message) {
    this.turn = this.turn.then(() => this.handler(message)).catch((error) => console.error(error));
    return this.handler ? this.turn : undefined;
  }
}
