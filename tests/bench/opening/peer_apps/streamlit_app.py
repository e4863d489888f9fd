"""A teacher's queue and a coordinator's numbers in Streamlit."""

import plotly.graph_objects as go
import streamlit as st
from lessons import grid, queue, weekly


def queue_page():
    table = queue()
    first = table.iloc[0]
    st.title("Good morning, Clara")
    with st.container(border=True):
        st.subheader("Next take")
        st.write(f"{first['name']}, {first['exercise']}")
        st.button("Reply", type="primary")
    if st.button("Class"):
        st.header("Class")
        st.table(grid())
    else:
        st.header("Queue")
        st.table(table)


def progress_page():
    st.title("Progress")
    st.subheader("All classes")
    table = weekly(4) if st.button("Last month") else weekly()
    st.header(f"{table['takes'].sum()} takes in {len(table)} weeks")
    lines = go.Scatter(x=table["week"], y=table["hours"], mode="lines+markers", name="Hours")
    bars = go.Bar(x=table["week"], y=table["takes"], name="Takes", opacity=0.4)
    st.plotly_chart(go.Figure([bars, lines], {"height": 320}))


pages = [st.Page(queue_page, url_path="queue"), st.Page(progress_page, url_path="progress")]
st.navigation(pages, position="hidden").run()
