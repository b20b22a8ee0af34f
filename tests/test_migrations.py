"""The migrations build exactly what models/ declare, on both engines."""


def test_an_upgraded_database_is_what_the_models_declare(make_app, database_url):
    runner = make_app(database_url).test_cli_runner()  # on a copy of what `upgrade` made of an empty database

    compared, again = runner.invoke(args=["db", "check"]), runner.invoke(args=["upgrade"])

    assert compared.exit_code == 0, compared.output
    assert (again.exit_code, again.output) == (0, "")
