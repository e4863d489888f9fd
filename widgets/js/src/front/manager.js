// The widgets of the page: models from the kernel, views into the page.
import { put_buffers } from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager/lib/manager-base.js";
import { Widget } from "@lumino/widgets";
import { buffersOf } from "./blocks.js";
import { Expected } from "./expected.js";
import { createErrorWidgetModel } from "./failed.js";
import { load } from "./guard.js";
import { classOf } from "./modules.js";
import { link } from "./scripts.js";
import { uuid4 } from "./shims/uuid.js";

export class Manager extends ManagerBase {
  /** base: the path our files lie under, with a slash at its end. */
  constructor(base) {
    super();
    this.base = base;
    this.expected = new Expected();
    this.connection = null; // given as soon as the kernel is known
  }

  async get_model(id) {
    return this._models[id] ?? this.expected.wait(id);
  }

  register_model(id, model) {
    super.register_model(id, model);
    this.expected.came(id, model);
  }

  loadClass(name, module) {
    return classOf(name, module);
  }

  async _create_comm(target, id, data, metadata, buffers) {
    const comm = this.connection.comm(id, target);
    if (data) comm.open(data, undefined, metadata, buffers);
    return comm;
  }

  async _get_comm_info() {
    return {};
  }

  async _make_model(options, state = {}) {
    try {
      link(state, this.base, location.origin);
      if (/^https?:/.test(state._esm)) await load(state._esm);
      const model = await super._make_model(options, state);
      if (!model.comm) options.comm?.on_msg(() => {}); // it failed; nobody will take its messages
      return model;
    } catch (error) {
      options.comm?.on_msg(() => {});
      return new (createErrorWidgetModel(error, "A widget's script could not be loaded."))();
    }
  }

  /** Make the models a cell of the notebook made; those of an earlier one it changed. */
  add(models) {
    for (const [id, model] of Object.entries(models)) {
      const { paths, views } = buffersOf(model);
      put_buffers(model.state, paths, views);
      if (this.has_model(id)) this.update(id, model.state).catch((error) => console.error(error));
      else this.open(id, model);
    }
  }

  /** One model for a widget the kernel has; registered before anybody can ask for it. */
  open(id, { model_name, model_module, model_module_version, state }) {
    const comm = this.connection.comm(id, this.comm_target_name);
    return this.new_model({ model_id: id, model_name, model_module, model_module_version, comm }, state);
  }

  /** Draw a view of a model in an element. */
  async show(id, el) {
    const view = await this.create_view(await this.get_model(id));
    Widget.attach(view.luminoWidget, el);
  }

  /** Ask the kernel for all states: what changed while nobody listened. */
  resync() {
    const comm = this.connection.comm(uuid4(), "jupyter.widget.control");
    return new Promise((resolve) => {
      comm.on_msg(async (message) => {
        if (message.content.data.method !== "update_states") return;
        comm.close();
        await this.take(message);
        resolve();
      });
      comm.open({}, undefined, { version: "1.0.0" });
      comm.send({ method: "request_states" });
    });
  }

  async take({ content: { data }, buffers }) {
    const { states, buffer_paths: paths = [] } = data;
    put_buffers(states, paths.map(([id, ...path]) => [id, "state", ...path]), buffers);
    const known = Object.keys(states).filter((id) => this.has_model(id));
    const gone = Object.keys(this._models).filter((id) => !(id in states));
    for (const [id, model] of Object.entries(states)) if (!this.has_model(id)) this.open(id, model);
    await Promise.all([...known.map((id) => this.update(id, states[id].state)), ...gone.map((id) => this.drop(id))]);
  }

  async update(id, state) {
    const model = await this._models[id];
    if (!model?.comm) return; // one that failed
    link(state, this.base, location.origin);
    model.set_state(await model.constructor._deserialize_state(state, this));
  }

  /** The kernel has closed this widget meanwhile. */
  async drop(id) {
    const model = await this._models[id];
    this.connection.comms.delete(id);
    delete this._models[id];
    await model?.close(true);
  }
}
